"""How much is sent, with the whole catalogue and 20 listings (docs/decisions/006)."""

import gzip

import pytest

from apps.resources.models import Integration, Listing
from apps.resources.services import sync
from tests.rights.addresses import HTMX, page_url, set_url

pytestmark = pytest.mark.django_db
PAGE, CHANGE = 9 * 1024, 3 * 1024


@pytest.fixture
def client(sign_in, editor, company):
    sync()
    for integration in Integration.objects.filter(kind="finished")[:20]:
        Listing.objects.create(company=company, integration=integration, allowed=integration.needed)
    return sign_in(editor.user)


def severa():
    return Integration.objects.get(name_en="Severa")


@pytest.fixture(params=["en", "fi", "sv"])
def sent(request, editor, client):
    """What a page in a language sends to a browser."""
    editor.user.language = request.param
    editor.user.save()
    return lambda url: client.get(url, headers={"Accept-Encoding": "gzip"}).content


def size(body):
    """Return how much was sent, without the random name of up to 100 bytes in its header.

    Django puts that there so that nobody learns anything from the size (the attack called BREACH).
    """
    return len(body) - body[10:].index(b"\0") - 1


def test_an_integrations_page_is_small(sent, company):
    body = sent(page_url(company, severa()))
    assert gzip.decompress(body).count(b'role="switch"') == 119
    assert size(body) <= PAGE


def test_the_general_view_is_small(sent, company):
    body = sent(page_url(company))
    assert gzip.decompress(body).count(b'form="drill"') == 119
    assert size(body) <= PAGE


def test_the_answer_to_a_change_is_small(client, company):
    url = set_url(company, severa())
    assert len(client.post(url, {"block": "getemployee.nv"}, headers=HTMX).content) < CHANGE
    assert len(client.post(url, {"allow": "customer.nv"}, headers=HTMX).content) < CHANGE
