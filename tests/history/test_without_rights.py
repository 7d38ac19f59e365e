"""The history for those who may not see rights, whatever their role."""

from uuid import uuid4

import pytest

from apps.companies.rules import Capability, Function, Level, Role
from apps.companies.texts import NEEDS
from apps.identifiers import services as identifiers
from apps.identifiers.services import Wanted
from tests.factories import IntegrationFactory, ListingFactory, MembershipFactory
from tests.files import text_of
from tests.history.helpers import happened, url, words

SECRET = "Secret Bridge"
LACKING = "Changes to rights are not shown"


@pytest.fixture(params=[Role.KH, Role.TT, Role.TPK])
def without(request, sign_in, company):
    """The browser of somebody with a role and another function, but no interface resources."""
    levels = {Function.VOUCHERS: Level.EDIT}
    return sign_in(MembershipFactory(company=company, roles=[request.param], levels=levels).user)


@pytest.fixture
def changed(company, change, access):
    """Rights of a custom integration, an identifier for it, and something else were changed."""
    custom = IntegrationFactory(custom=True, name_en=SECRET)
    ListingFactory(company=company, integration=custom)
    change(custom, "customer.nv")
    identifiers.create(access, Wanted(integration=custom), once=uuid4())
    happened(company, "odd:thing", "Something")


@pytest.mark.parametrize("rest", ["", "csv/", "?resource=customer.nv", "?kind=rights"])
def test_no_change_of_rights_is_shown(without, company, changed, rest):
    page = without.get(url(company, rest))
    assert page.status_code == 200
    text = text_of(page)
    for told in (SECRET, "Import customer details", "rights:allow"):
        assert told not in text
    if rest in ("", "csv/"):
        assert "Something" in text


def test_the_page_says_what_is_left_out_and_why(without, kh, company, changed):
    assert LACKING in words(without.get(url(company)))
    assert "Rights on a date" not in without.get(url(company)).text
    assert LACKING not in words(kh.get(url(company)))
    assert SECRET in kh.get(url(company)).text


@pytest.mark.parametrize("rest", ["rights/", "rights/csv/"])
def test_the_rights_of_a_day_are_refused_with_the_reason(without, company, changed, rest):
    page = without.get(url(company, rest))
    assert page.status_code == 403
    assert "Interface resources: view" in page.text
    assert SECRET not in page.text


def test_who_may_see_neither_is_told_the_first_that_is_missing(sign_in, company):
    nobody = sign_in(MembershipFactory(company=company, roles=[], levels={}).user)
    page = nobody.get(url(company, "rights/"))
    assert page.status_code == 403
    assert page.context["needs"] == NEEDS[Capability.VIEW_HISTORY]


def test_the_company_home_leaves_them_out(without, company, changed):
    home = without.get(f"/companies/{company.business_id}/").text
    assert "Something" in home
    assert SECRET not in home
