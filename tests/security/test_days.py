"""The days that a company gives its people to set up a second factor, changed by its KH."""

import pytest

from apps.audit.models import AuditEvent
from apps.companies.models import Company
from tests.accounts.factors import set_up_app
from tests.conftest import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def url(company):
    return f"/companies/{company.business_id}/sign-ins/days/"


@pytest.fixture
def kh(editor):
    return signed_in(editor.user)


def given():
    return Company.objects.get(name="Test Bakery").factor_days


def test_a_kh_gives_days_and_the_history_says_so(kh, url, company):
    assert 'value="0"' in kh.get(url).text
    assert "Saved." in kh.post(url, {"days": "14"}, follow=True).text
    assert given() == 14
    event = AuditEvent.objects.get()
    assert (event.verb, event.before, event.after) == (
        "company:change",
        {"factor_days": 0},
        {"factor_days": 14},
    )
    told = kh.get(f"/companies/{company.business_id}/history/").text
    assert "Days to set up a passkey or an app" in told


def test_the_same_again_is_no_change(kh, url):
    assert "No change" in kh.post(url, {"days": "0"}, follow=True).text
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("days", ["15", "-1", "", "x", "1.5", "9" * 30])
def test_a_number_that_is_none_of_them_is_refused_at_its_field(kh, url, days):
    answer = kh.post(url, {"days": days})
    assert answer.status_code == 422
    assert f'value="{days}"' in answer.text or not days
    assert given() == 0


def test_whoever_has_a_factor_confirms_by_it_and_loses_nothing(editor, kh, url):
    set_up_app(signed_in(editor.user))
    assert "/second-factor/again/" in kh.get(url)["Location"]
    answer = kh.post(url, {"days": "14"})
    assert answer.status_code == 422
    assert 'value="14"' in answer.text
    assert "Open this page in a new tab" in answer.text
    assert given() == 0


def test_a_reader_changes_nothing(reader, url):
    assert signed_in(reader.user).post(url, {"days": "14"}).status_code == 403
    assert given() == 0
