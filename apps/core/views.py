"""Answers that belong to no app: to requests that no page can serve, and about the keyboard."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.core.http import AuthenticatedRequest, window


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 for refusals that bring no reason of their own."""
    return TemplateResponse(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without its token: an old page, or a forged request."""
    return TemplateResponse(request, "core/stale_form.html", status=403)


def shortcuts(request: AuthenticatedRequest) -> HttpResponse:
    """Explain which keys act."""
    return window(request, "core/shortcuts.html", {})
