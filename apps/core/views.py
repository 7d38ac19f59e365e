"""Answers to requests that no page can serve."""

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 for refusals that bring no reason of their own."""
    return TemplateResponse(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without its token: an old page, or a forged request."""
    return TemplateResponse(request, "core/stale_form.html", status=403)
