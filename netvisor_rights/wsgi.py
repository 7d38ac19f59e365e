"""The WSGI application that the server runs."""

import os

from django.core.wsgi import get_wsgi_application

from apps.core.http import only_readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvisor_rights.settings")
application = only_readable(get_wsgi_application())
