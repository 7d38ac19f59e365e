"""Whether the server is alive, and whether it can serve."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.gateway import reads

PLAIN = "text/plain; charset=utf-8"


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("alive\n", content_type=PLAIN)


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether the database is there, up to date, and ready for the next days' requests."""
    try:
        lacking = reads.unready(datetime.now(UTC).date())
    except DatabaseError:
        lacking = ["the database does not answer"]
    if lacking:
        return HttpResponse("".join(f"{line}\n" for line in lacking), PLAIN, status=503)
    return HttpResponse("ready\n", content_type=PLAIN)
