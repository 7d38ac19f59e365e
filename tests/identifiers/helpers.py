"""What the tests of identifiers share."""

import re

from apps.identifiers.models import ApiIdentifier


def press(client, base, **more):
    """Press "Create" on the page as it is; return the identifier that this made."""
    once = re.search(r'name="once" value="([^"]+)"', client.get(base).text).group(1)
    client.post(f"{base}create/", {"once": once, **more})
    return ApiIdentifier.objects.get(once=once)
