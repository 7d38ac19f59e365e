"""Answers to requests that no page can serve."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 for refusals that bring no reason of their own."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a form without its token: an old page, or a forged request."""
    return render(request, "core/stale_form.html", status=403)
