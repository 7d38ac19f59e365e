"""When the integrations of a company, and the resources of the one that is shown, were used last."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.rights import reads
from apps.usage.models import Usage
from tests.factories import CompanyFactory, IntegrationFactory, ListingFactory
from tests.rights.addresses import HTMX, page_url, set_url


@pytest.fixture
def used(company):
    """Return a function that counts a use of an integration, some hours ago."""

    def used(integration, resource, hours, *, company=company, verdict=""):
        at = timezone.now() - timedelta(hours=hours)
        key = {"company": company.pk, "identifier": 1, "integration": integration.pk}
        key |= {"resource": resource, "verdict": verdict, "day": timezone.localdate(at)}
        return Usage.objects.create(**key, count=1, last_at=at)

    return used


def test_it_is_read_with_the_rights(access, company, severa, used, django_assert_num_queries):
    other = IntegrationFactory(name_en="Other")
    for one in (severa, other):
        ListingFactory(company=company, integration=one)
    newest = used(severa, "customer.nv", 2)
    used(severa, "customer.nv", 50)
    used(severa, "customerlist.nv", 30)
    used(severa, "salesinvoice.nv", 1, verdict="blocked_for_integration")
    used(severa, "employee.nv", 24 * 91)
    used(other, "salesinvoice.nv", 1, company=CompanyFactory())
    reads.opened(access)
    with django_assert_num_queries(1):
        opened = reads.opened(access, severa.public_id)
    codes = {one.position: one.code for one in opened.catalogue.resources}
    assert opened.used == {severa.pk: newest.last_at}
    assert {codes[one] for one in opened.uses} == {"customer.nv", "customerlist.nv"}
    assert abs(opened.uses[opened.catalogue.by_code["customer.nv"].position] - newest.last_at) < (
        timedelta(seconds=1)
    )


def test_the_page_says_it_beside_the_row_and_the_integration(
    sign_in, editor, company, severa, used
):
    ListingFactory(company=company, integration=severa)
    client = sign_in(editor.user)
    assert "used " not in client.get(page_url(company, severa)).text.split("<main")[1]
    used(severa, "customer.nv", 2)
    page = client.get(page_url(company, severa)).text
    assert page.count("<small>used 2 h ago</small>") == 2
    assert page.split('id="found"')[1].count("<small>used 2 h ago</small>") == 1
    found = client.get(page_url(company, severa), {"find": "customer.nv"}).text
    assert found.split('id="found"')[1].count("<small>used 2 h ago</small>") == 1


@pytest.mark.parametrize("seen", ["", "of-another-page"])
def test_a_list_that_a_press_makes_anew_goes_on_saying_it(
    sign_in, editor, company, severa, used, seen
):
    other = IntegrationFactory(name_en="Other")
    ListingFactory(company=company, integration=other)
    used(other, "customer.nv", 2)
    used(IntegrationFactory(name_en="Unlisted"), "customer.nv", 2)
    sent = {"allow": "customer.nv", "seen": seen}
    pressed = sign_in(editor.user).post(set_url(company, severa), sent, headers=HTMX)
    assert pressed.text.count("<small>used 2 h ago</small>") == 1


def test_the_general_view_tells_no_resource(sign_in, editor, company, severa, used):
    ListingFactory(company=company, integration=severa)
    used(severa, "customer.nv", 2)
    page = sign_in(editor.user).get(page_url(company)).text
    assert page.count("<small>used 2 h ago</small>") == 1


def test_about_a_resource_says_it_for_the_integration_that_is_shown(
    sign_in, editor, company, severa, used
):
    ListingFactory(company=company, integration=severa)
    used(severa, "customer.nv", 2)
    client, address = sign_in(editor.user), reverse("about_resource", args=[company.business_id])
    asked = {"integration": severa.public_id, "resource": "customer.nv"}
    assert "<dt>Last used</dt><dd>2 h ago</dd>" in client.get(address, asked).text
    for other in ({"integration": ""}, {"resource": "customerlist.nv"}):
        assert "Last used" not in client.get(address, asked | other).text
