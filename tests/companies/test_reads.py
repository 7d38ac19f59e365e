"""The statements that let somebody into a company read what the queryset beside them reads."""

from datetime import timedelta
from itertools import chain, combinations

import pytest
from django.db import transaction
from django.utils import timezone

from apps.companies import reads
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Role
from apps.people.rules import givable
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db


def facts(found):
    """Return all that is read of a membership, its company and office."""
    company = found.company
    office = company.office
    own = ("pk", "user_id", "company_id", "roles", "levels", "valid_from", "valid_until")
    return (
        [getattr(found, name) for name in own],
        [company.pk, company.business_id, company.name, company.package, company.office_id],
        [office.pk, office.name] if office else None,
    )


@pytest.mark.parametrize("office", [True, False])
def test_opening_reads_what_the_queryset_reads(office, django_assert_num_queries):
    company = CompanyFactory() if office else CompanyFactory(office=None)
    until = timezone.now() + timedelta(days=3)
    member = MembershipFactory(company=company, roles=["KH", "TT"], valid_until=until)
    MembershipFactory(company=company)
    MembershipFactory(user=member.user)
    same = reads.memberships(member.user).get(company__business_id=company.business_id)
    with django_assert_num_queries(1):
        found = facts(reads.membership(member.user, company.business_id))
    assert found == facts(same)
    with transaction.atomic():
        assert facts(reads.locked_membership(member.user, company.business_id)) == facts(same)


@pytest.mark.parametrize("read", [reads.membership, reads.locked_membership])
def test_an_outsider_finds_none(read, company, reader):
    stranger = MembershipFactory().user
    for user, business_id in ((stranger, company.business_id), (reader.user, "0000000-0")):
        with pytest.raises(Membership.DoesNotExist):
            read(user, business_id)


def test_what_is_read_of_a_company_is_all_that_it_has():
    """Columns that are added to these tables must be read here too, or be left out knowingly."""
    read = {"id", "business_id", "name", "name_folded", "name_sorted", "package", "office"}
    left_out = {"once", "factor_days"}
    assert {field.name for field in Company._meta.concrete_fields} == read | left_out
    assert {field.name for field in AccountingOffice._meta.concrete_fields} == {
        "id",
        "name",
        "name_sorted",
        "factor_days",
    }


def test_whoever_gives_every_role_is_found_by_the_rule(company):
    roles = [Role.KH, Role.TPK, Role.COMPANY_ADMINISTRATOR, Role.KP]
    for held in chain.from_iterable(combinations(roles, count) for count in range(5)):
        MembershipFactory(company=company, roles=list(held))
    found = set(Membership.objects.giving_every_role())
    assert found == {
        one for one in Membership.objects.all() if givable(one.grants) == frozenset(Role)
    }
    assert len(found) == 10
