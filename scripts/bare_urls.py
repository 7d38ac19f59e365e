"""A bare view with one SELECT and one INSERT, as one would write it first."""

from datetime import UTC, datetime
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import path

from apps.identifiers.models import ApiIdentifier
from apps.usage.models import ApiRequest

HEADER = "X-Netvisor-Authentication-{}"


def bare(request: HttpRequest) -> HttpResponse:
    """Find an identifier, write a row of the log, and answer with nothing."""
    user_id = request.headers[HEADER.format("CustomerId")]
    identifier, now = ApiIdentifier.objects.get(user_id=user_id), datetime.now(UTC)
    ApiRequest.objects.create(
        day=now.date(),
        request_id=uuid4().hex[:20],
        at=now,
        company=identifier.made_in_id,
        owner=identifier.owner_id,
        identifier=identifier.pk,
        integration=1,
        transaction_id=request.headers[HEADER.format("TransactionId")],
        replay_key=uuid4().bytes,
        unescaped=False,
        lag=0,
    )
    return HttpResponse(status=204)


urlpatterns = [path("bare", bare)]
