"""What a process makes before it takes requests, so that its first one takes no longer."""

import subprocess
import sys

FIRST = """
import sys
from netvisor_rights import wsgi
print([name for name in ("apps.rights.views", "apps.core.templatetags.icons") if name in sys.modules])
"""


def test_views_and_templates_are_there_before_the_first_request():
    done = subprocess.run([sys.executable, "-c", FIRST], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['apps.rights.views', 'apps.core.templatetags.icons']"
