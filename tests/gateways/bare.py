"""A bare Django, as ``startproject`` makes it: what the endpoint's memory is compared with."""

import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpResponse
from django.urls import path

env = environ.Env()
settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": env.db_url("DATABASE_URL")},
    INSTALLED_APPS=[
        f"django.contrib.{name}"
        for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of nobody",
)
application = get_wsgi_application()


def ask(_request):
    """Ask one thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM usage_apirequest")
        return HttpResponse(cursor.fetchone())


urlpatterns = [path("", ask)]
