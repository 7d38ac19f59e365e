"""Mailing what site staff invited, a part at a time, so that other mails are not kept waiting."""

from __future__ import annotations

from django_tasks import task

from apps.founding import reads
from apps.people.tasks import send_invitation

AT_ONCE = 500
BEHIND = -10
"""Thousands of invitations stand behind every mail that somebody waits for."""


@task(priority=BEHIND)
def send_waiting(expires: str, site: str, after: int = 0) -> None:
    """Queue the mails of the invitations that were made, or renewed, together."""
    together = reads.unsent().filter(expires_at=expires, pk__gt=after).order_by("pk")
    part = list(together[:AT_ONCE])
    for invitation in part:
        send_invitation.using(priority=BEHIND).enqueue(invitation.pk, expires, site)
    if len(part) == AT_ONCE:
        send_waiting.enqueue(expires, site, part[-1].pk)
