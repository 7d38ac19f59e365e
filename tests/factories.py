"""Makers of test data."""

import uuid
from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from stdnum.fi import ytunnus

from apps.accounts.models import User
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Function, Level, Package, Role
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.rules import new_user_id
from apps.resources.keys import new_key
from apps.resources.models import (
    Integration,
    InterfaceResource,
    Listing,
    ResourceGroup,
    Section,
)
from apps.resources.rules import ResourceSet

PASSWORD = "a-password-for-tests"


def nth_business_id(n: int) -> str:
    """Return a valid business id, a different one for each n below a million."""
    for number in range(2_000_000 + 2 * n, 2_000_002 + 2 * n):
        for digit in range(10):
            if ytunnus.is_valid(f"{number}{digit}"):
                return f"{number}-{digit}"
    raise AssertionError("two neighbours without a check digit do not exist")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@test.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class AccountingOfficeFactory(DjangoModelFactory):
    class Meta:
        model = AccountingOffice

    name = factory.Sequence(lambda n: f"Office {n}")


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = Company

    business_id = factory.Sequence(nth_business_id)
    name = factory.Sequence(lambda n: f"Company {n}")
    package = Package.PREMIUM
    office = factory.SubFactory(AccountingOfficeFactory)


class MembershipFactory(DjangoModelFactory):
    """A reader; MembershipFactory(editor=True) may change rights, (ended=True) may nothing."""

    class Meta:
        model = Membership

    class Params:
        editor = factory.Trait(roles=[Role.KH], levels={Function.INTERFACE_RESOURCES: Level.EDIT})
        ended = factory.Trait(
            valid_until=factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))
        )

    user = factory.SubFactory(UserFactory)
    company = factory.SubFactory(CompanyFactory)
    roles = factory.LazyFunction(list)
    levels = factory.LazyFunction(lambda: {Function.INTERFACE_RESOURCES: Level.VIEW})


class SectionFactory(DjangoModelFactory):
    class Meta:
        model = Section

    code = factory.Sequence(lambda n: f"section-{n}")
    name_en = factory.LazyAttribute(lambda section: section.code.capitalize())
    order = factory.Sequence(lambda n: n)


class ResourceGroupFactory(DjangoModelFactory):
    class Meta:
        model = ResourceGroup

    code = factory.Sequence(lambda n: f"group-{n}")
    name_en = factory.Sequence(lambda n: f"Group {n}")
    section = factory.SubFactory(SectionFactory)
    order = factory.Sequence(lambda n: n)


class ResourceFactory(DjangoModelFactory):
    class Meta:
        model = InterfaceResource

    code = factory.Sequence(lambda n: f"resource{n}.nv")
    name_en = factory.LazyAttribute(lambda resource: f"Name of {resource.code}")
    purpose_en = "Does something."
    position = factory.LazyFunction(InterfaceResource.objects.count)
    order = factory.SelfAttribute("position")
    group = factory.SubFactory(ResourceGroupFactory)
    method = "POST"
    direction = "import"
    doc_url = "https://support.example/description"


class IntegrationFactory(DjangoModelFactory):
    """A finished integration; with ``custom=True`` one that is found by its access key."""

    class Meta:
        model = Integration

    class Params:
        custom = factory.Trait(
            kind=Integration.Kind.CUSTOM, access_key=factory.LazyFunction(new_key)
        )

    name_en = factory.Sequence(lambda n: f"Integration {n:03}")
    kind = Integration.Kind.FINISHED


def set_of(catalogue, codes) -> ResourceSet:
    """Return the set of some codes."""
    return ResourceSet(catalogue.by_code[code].position for code in codes)


class ListingFactory(DjangoModelFactory):
    class Meta:
        model = Listing

    company = factory.SubFactory(CompanyFactory)
    integration = factory.SubFactory(IntegrationFactory)
    allowed = ResourceSet()


class ApiIdentifierFactory(DjangoModelFactory):
    class Meta:
        model = ApiIdentifier

    owner = factory.SubFactory(UserFactory)
    made_in = factory.SubFactory(CompanyFactory)
    user_id = factory.LazyAttribute(lambda one: new_user_id(one.made_in.name))
    purpose = "api"
    once = factory.LazyFunction(uuid.uuid4)
