"""What is changed on a page holds for the very next request."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.companies.models import Membership
from apps.gateway import services
from apps.identifiers.models import ApiIdentifier
from apps.people.models import rights_of
from apps.resources.models import Integration
from tests.conftest import signed_in
from tests.gateway.signer import signed
from tests.rights.addresses import set_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(account):
    """The company that the requests name: ``kh`` is its user administrator."""
    return account.made_in


@pytest.fixture
def owner(account):
    """The membership of the identifier's owner."""
    return Membership.objects.get(user=account.owner)


@pytest.fixture
def press(account, owner):
    """Return a function that presses a button at the owner's own identifier."""
    client = signed_in(account.owner)

    def press(button, by=client):
        url = f"/companies/{account.made_in.business_id}/api-identifiers/{account.pk}/{button}/"
        assert by.post(url).status_code == 302

    return press


@pytest.fixture
def next_one(ask_now):
    """Return a function that sends a request, and tells what it is answered."""
    return lambda: ask_now(signed("/customerlist.nv")).status


@pytest.fixture
def ask_at(here):
    """Return a function that sends a request at a moment of the clock."""

    def ask_at(now):
        headers = signed("/customerlist.nv", at=now.timestamp())
        return services.ask(headers, "/customerlist.nv", "GET", here, now).status

    return ask_at


def test_a_right(kh, company, next_one):
    url = set_url(company, Integration.objects.get())
    for sent, answer in (({"block": "customerlist.nv"}, 403), ({"allow": "customerlist.nv"}, 204)):
        kh.post(url, sent)
        assert next_one() == answer


def test_the_general_rights_where_the_integration_is_not_listed(kh, company, next_one):
    company.listings.all().delete()
    for sent, answer in (({"allow": "all"}, 204), ({"block": "customerlist.nv"}, 403)):
        kh.post(set_url(company), sent)
        assert next_one() == answer


def test_pause_and_resume(press, next_one):
    for button, answer in (("pause", 403), ("resume", 204)):
        press(button)
        assert next_one() == answer


def test_stop_here_and_allow(kh, press, next_one):
    for button, answer in (("stop", 403), ("allow", 204)):
        press(button, by=kh)
        assert next_one() == answer


def test_deactivation(press, next_one):
    assert next_one() == 204
    press("deactivate")
    assert next_one() == 403


def test_removal_of_the_owner(kh, base, owner, next_one):
    assert next_one() == 204
    sent = {"user": owner.user_id, "seen": rights_of(owner).mark, "confirmed": "1"}
    assert kh.post(f"{base}{owner.pk}/remove/", sent).status_code == 302
    assert next_one() == 401


def test_an_end_of_the_owners_access(kh, base, owner, sent, next_one):
    ended = sent(owner, valid_until="2020-01-01T00:00", confirmed="1")
    assert kh.post(f"{base}{owner.pk}/", ended).status_code == 302
    assert next_one() == 403


def test_a_package(company, sign_in, next_one):
    staff = sign_in(User.objects.create_superuser("staff@test.example", name="Staff"))
    url = f"/admin/companies/company/{company.pk}/change/"
    for package, answer in (("basic", 403), ("premium", 204)):
        named = {"business_id": company.business_id, "name": company.name}
        assert staff.post(url, named | {"package": package}).status_code == 302
        assert next_one() == answer


@pytest.mark.parametrize("model", [ApiIdentifier, Membership])
def test_a_period_ends_at_its_second(account, ask_at, model):
    end = datetime.now(UTC) + timedelta(hours=1)
    model.objects.update(valid_until=end)
    second = timedelta(seconds=1)
    assert [ask_at(end - second), ask_at(end), ask_at(end + second)] == [204, 403, 403]


def test_a_period_ends_by_itself(account, next_one):
    end = datetime.now(UTC) + timedelta(seconds=1)
    ApiIdentifier.objects.update(valid_until=end)
    assert next_one() == 204
    time.sleep((end - datetime.now(UTC)).total_seconds())
    assert next_one() == 403
