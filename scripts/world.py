"""The world that is measured: the demo's, seen by the administrator of Demo Bakery.

Import it once Django is set up.
"""

import io
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from stdnum.fi.ytunnus import is_valid

from apps.accounts.models import User
from apps.bulk import services as bulk
from apps.bulk.models import BulkChange
from apps.companies.access import OfficeAccess
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Function, Level
from apps.demo import services as demo
from apps.resources.models import Integration, Listing
from apps.resources.rules import POSITIONS, ResourceSet


@dataclass(frozen=True)
class World:
    """Demo Bakery, one integration on its list, and a browser that signed in."""

    company: Company
    severa: Integration
    client: Client
    dice: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    @property
    def page(self) -> str:
        """The address of the rights page of the integration."""
        return self.page_of(self.company)

    @property
    def cookies(self) -> str:
        """What the browser sends, for another browser to send."""
        session = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        return f"sessionid={session}; company={self.company.business_id}"

    def renew(self) -> str:
        """Bring about rights that were never shown; return the address of a page of theirs.

        All other integrations get random sets, behind the server's back, and one is picked.
        """
        others = self.company.listings.exclude(integration=None).exclude(integration=self.severa)
        listings = list(others.select_related("integration"))
        for listing in listings:
            listing.allowed = ResourceSet.from_bytes(self.dice.randbytes(len(POSITIONS) // 8))
        Listing.objects.bulk_update(listings, ["allowed"])
        picked = self.dice.choice(listings).integration
        assert picked is not None
        return self.page_of(self.company, picked)

    def page_of(self, company: Company, integration: Integration | None = None) -> str:
        """Return the address of a rights page in a company, that of Severa unless told."""
        public_id = (integration or self.severa).public_id
        return f"/companies/{company.business_id}/interface-resources/{public_id}/"


def make_database() -> None:
    """Make the tables, the cache and the catalogue."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("sync_catalog", stdout=io.StringIO())


def make_world() -> World:
    """Load the demo world, and sign the administrator in."""
    make_database()
    demo.load()
    bakery = Company.objects.get(name=demo.BAKERY)
    severa = Integration.objects.get(name_en="Severa")
    bakery.listings.filter(integration=severa).update(allowed=severa.needed)
    return World(bakery, severa, signed_in("kh@demo.example"))


def signed_in(email: str) -> Client:
    """Return a browser in which somebody is signed in."""
    client = Client(HTTP_HOST="localhost")
    user = User.objects.get(email=email)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def fill(company: Company, listings: int) -> None:
    """Add finished integrations to a company's list until there are so many."""
    finished = Integration.objects.filter(kind=Integration.Kind.FINISHED)
    missing = finished.exclude(listings__company=company)[: listings - company.listings.count()]
    Listing.objects.bulk_create(
        Listing(company=company, integration=integration, allowed=integration.needed)
        for integration in missing
    )


def make_clients(number: int) -> User:
    """Make an office with so many client companies, and a person who serves them all."""
    office = AccountingOffice.objects.create(name="Office")
    person = User.objects.create_user("tpk@bench.example", name="Person")
    companies = Company.objects.bulk_create(
        Company(name=f"Company {one}", business_id=one, package="premium", office=office)
        for one in islice(business_ids(), number)
    )
    levels = {Function.INTERFACE_RESOURCES: Level.EDIT}
    Membership.objects.bulk_create(
        Membership(user=person, company=company, roles=["TPK", "KH"], levels=levels)
        for company in companies
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself after a while
    return person


def business_ids() -> Iterator[str]:
    """Yield valid business ids."""
    for number in count(2_000_000):
        yield from (f"{number}-{digit}" for digit in range(10) if is_valid(f"{number}{digit}"))


def start_bulk(
    person: User, companies: Iterable[Company], resources: Iterable[int], action: str
) -> BulkChange:
    """Start a bulk change of one integration's rights; something else has to run it."""
    change = bulk.draft(
        OfficeAccess(person),
        Company.objects.filter(pk__in=[company.pk for company in companies]),
        integration=Integration.objects.get(name_en="Severa"),
        resources=ResourceSet(resources),
        action=action,
        chosen="single",
        reason="measured",
    )
    bulk.start(change)
    return change
