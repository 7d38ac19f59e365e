"""Facts that every template may need."""

from django.http import HttpRequest


def csp_nonce(request: HttpRequest) -> dict[str, object]:
    """Give the nonce of the content security policy under the name that django-htmx reads."""
    return {"csp_nonce": getattr(request, "csp_nonce", None)}
