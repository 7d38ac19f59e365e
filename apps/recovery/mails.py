"""Mails to somebody whose second factor is lost, or is said to be."""

from urllib.parse import urljoin

from django.urls import reverse

from apps.core.mails import Receiver, deliver
from apps.recovery.models import Reset
from apps.recovery.rules import What


def tell(reset: Reset, what: What, site: str) -> None:
    """Tell the holder what happened; as long as it can be confirmed or cancelled, with the link."""
    link = urljoin(site, reverse("confirm_reset", args=[reset.token]))
    deliver(Receiver.of(reset.user), f"recovery/mail/{what}.txt", {"reset": reset, "link": link})
