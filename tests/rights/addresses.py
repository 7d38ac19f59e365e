"""Addresses of the rights page, as tests use them."""

from django.urls import reverse

HTMX = {"HX-Request": "true"}


def page_url(company, integration=None):
    """Return the address of the rights page."""
    if integration is None:
        return reverse("rights", args=[company.business_id])
    return reverse("integration_rights", args=[company.business_id, integration.public_id])


def set_url(company, integration=None):
    """Return the address that switches post to."""
    if integration is None:
        return reverse("set_rights", args=[company.business_id])
    return reverse("integration_set_rights", args=[company.business_id, integration.public_id])
