"""The demo world: fictional companies, and people named by what they may do.

Loaded once. Business ids start at 9000000, where no company has one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from stdnum.fi import ytunnus

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.services import Entry, Scene, record
from apps.companies.access import CompanyAccess, enter
from apps.companies.models import AccountingOffice, Company, Membership
from apps.companies.rules import Function, Level, Package, Role, stored
from apps.identifiers import services as identifiers
from apps.identifiers.models import ApiIdentifier
from apps.identifiers.services import Wanted
from apps.resources import reads as resources
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration
from apps.resources.rules import EVERYTHING, ResourceSet, Target
from apps.rights import services
from apps.rights.rules import Scope, Wish

ACTOR = "demo"
BEGAN = timedelta(days=400)
"""So long ago the demo world began, by its history: before its first request and its first review."""
ENDED = timedelta(days=390)
"""So long ago the identifier ended that did not last."""
REVIEWED = {"Bezala": timedelta(days=380), "Zevoy": timedelta(days=20)}
"""How long ago some integrations of the bakery were reviewed: one review is due."""
OFFICE = "Demo Accounting Office"
PASSWORD = "netvisor-demo-1"  # noqa: S105 - printed by the run command
PAYROLL_BRIDGE_KEY = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
BAKERY, CARPENTRY, SHIPYARD = "Demo Bakery", "Demo Carpentry", "Demo Shipyard"
LOGISTICS, STUDIO = "Demo Logistics", "Demo Studio"
CLIENTS = [
    "Bakery",
    "Carpentry",
    "Kiosk",
    "Florist",
    "Roofing",
    "Dental",
    "Logistics",
    "Printworks",
    "Brewery",
    "Optics",
    "Taxi",
    "Plumbing",
    "Fitness",
    "Tailor",
    "Nursery",
    "Garage",
    "Catering",
    "Robotics",
    "Translations",
    "Greenhouse",
    "Boatyard",
    "Cinema",
    "Veterinary",
    "Masonry",
    "Painting",
    "Radio",
    "Sawmill",
    "Locksmith",
    "Museum",
    "Architects",
    "Ferry",
    "Orchard",
    "Pottery",
    "Cycling",
    "Laundry",
    "Apiary",
    "Glassworks",
    "Studio",
    "Forestry",
    "Ceramics",
]
PACKAGES = {BAKERY: Package.PREMIUM, CARPENTRY: Package.PROFESSIONAL, "Demo Kiosk": Package.BASIC}
OTHER_PACKAGES = (
    Package.PREMIUM,
    Package.PROFESSIONAL,
    Package.CORE,
    Package.PREMIUM,
    Package.PAYROLL,
    Package.PROFESSIONAL,
)
EVERY_EDIT = dict.fromkeys(Function, Level.EDIT)
EVERY_VIEW = dict.fromkeys(Function, Level.VIEW)
PEOPLE: Mapping[str, tuple[str, tuple[Role, ...], Mapping[Function, Level], tuple[str, ...]]] = {
    "kh@demo.example": (
        "Demo Administrator",
        (Role.KH,),
        {Function.INTERFACE_RESOURCES: Level.EDIT},
        (BAKERY, CARPENTRY),
    ),
    "tpk@demo.example": (
        "Demo Office",
        (Role.TPK, Role.KH, Role.KP),
        EVERY_EDIT,
        tuple(f"Demo {name}" for name in CLIENTS),
    ),
    "member@demo.example": (
        "Demo Member",
        (),
        {Function.SALES_INVOICES: Level.EDIT},
        (BAKERY, CARPENTRY),
    ),
    "reader@demo.example": ("Demo Reader", (Role.TT,), EVERY_VIEW, (BAKERY,)),
    "norights@demo.example": ("Demo Norights", (Role.KH,), {}, (BAKERY,)),
    "outsider@demo.example": ("Demo Outsider", (Role.KH,), EVERY_EDIT, (SHIPYARD,)),
}
STAFF = "staff@demo.example"


def load() -> bool:
    """Make the demo world unless it is there; return whether it was made.

    What people have changed since the first load stays as they left it.
    """
    with transaction.atomic():
        if is_loaded():
            return False
        companies = _companies()
        members = _people(companies)
        _custom_integrations()
        _rights(members)
        _identifiers(members["member@demo.example", BAKERY])
        _identifiers_to_see_to(companies)
        _reviews(members["kh@demo.example", BAKERY])
        ApiIdentifier.objects.update(created_at=timezone.now() - BEGAN)
    return True


def is_loaded() -> bool:
    """Tell whether this database holds the demo world, by a mark that nobody can change."""
    return AuditEvent.objects.filter(actor=ACTOR).exists()


def credentials() -> dict[str, list[dict[str, str]]]:
    """Return the keys of the demo people's identifiers and of the integrations."""
    identifiers = ApiIdentifier.objects.filter(owner__email__in=PEOPLE).select_related("owner")
    return {
        "identifiers": [
            {
                "owner": one.owner.email,
                "user_id": one.user_id,
                "key": one.key.reveal(),
                "purpose": one.purpose,
                "note": one.note,
                "state": one.state,
            }
            for one in identifiers.order_by("pk")
        ],
        "integrations": [
            {
                "name": one.name_en,
                "kind": one.kind,
                "public_id": one.public_id,
                "access_key": one.access_key or "",
                "partner_id": one.partner_id,
                "partner_key": one.partner_key.reveal(),
            }
            for one in Integration.objects.order_by("pk")
        ],
    }


def _business_ids() -> Iterator[str]:
    number = 9_000_000
    while True:
        number += 1
        for digit in range(10):
            if ytunnus.is_valid(f"{number}{digit}"):
                yield f"{number}-{digit}"


def _companies() -> dict[str, Company]:
    office = AccountingOffice.objects.create(name=OFFICE)
    shipyard = "9000004-6"
    numbers = (number for number in _business_ids() if number != shipyard)
    made = [Company(name=SHIPYARD, business_id=shipyard, package=Package.PREMIUM)]
    for index, (name, number) in enumerate(
        zip(CLIENTS, islice(numbers, len(CLIENTS)), strict=True)
    ):
        full = f"Demo {name}"
        package = PACKAGES.get(full, OTHER_PACKAGES[index % len(OTHER_PACKAGES)])
        made.append(Company(name=full, business_id=number, package=package, office=office))
    return {company.name: company for company in Company.objects.bulk_create(made)}


@dataclass(frozen=True)
class Earlier(CompanyAccess):
    """An access whose changes stand in the history as of another moment."""

    at: datetime | None = None

    @property
    def scene(self) -> Scene:
        """Who acted where, and when."""
        return replace(super().scene, at=self.at)


def enter_then(member: Membership, at: datetime | None = None) -> Earlier:
    """Enter when the demo world began, or at a moment.

    Nothing is locked: nobody else sees what is changed before the transaction ends.
    """
    access = enter(member, member.user, locked=True)
    return Earlier(**vars(access), at=at or timezone.now() - BEGAN)


def _people(companies: Mapping[str, Company]) -> dict[tuple[str, str], Membership]:
    members = {}
    User.objects.create_superuser(STAFF, PASSWORD, name="Demo Staff")
    for email, (name, roles, levels, where) in PEOPLE.items():
        user = User.objects.create_user(email, PASSWORD, name=name)
        for company in where:
            members[email, company] = Membership(
                user=user, company=companies[company], roles=list(roles), levels=dict(levels)
            )
    Membership.objects.bulk_create(members.values())
    AccountingOffice.objects.get(name=OFFICE).people.add(members["tpk@demo.example", BAKERY].user)
    for member in members.values():
        record_of(member, "add", after=stored(member.grants))
    return members


def _custom_integrations() -> None:
    custom = Integration.Kind.CUSTOM
    for name, key in (
        ("Demo Warehouse Bridge", "A1B2C3D4E5F60718293A4B5C6D7E8F90"),
        ("Demo Payroll Bridge", PAYROLL_BRIDGE_KEY),
    ):
        Integration.objects.create(name_en=name, kind=custom, vendor="Demo Bridges", access_key=key)


def _rights(members: Mapping[tuple[str, str], Membership]) -> None:
    for email, company, name, wish in _wishes(resources.catalogue()):
        allow(enter_then(members[email, company]), name, wish)


def allow(access: CompanyAccess, name: str | None, wish: Wish) -> None:
    """Carry out a wish for the rights of an integration, or of the general ones without a name."""
    public_id = Integration.objects.get(name_en=name).public_id if name else None
    target = Target(public_id, found=[public_id] if public_id else [])
    services.set_rights(access=access, target=target, wanted=lambda _catalogue: wish)


def _reviews(member: Membership) -> None:
    for name, ago in REVIEWED.items():
        access = enter_then(member, timezone.now() - ago)
        board = resources.board(access, resources.catalogue())
        integration = Integration.objects.get(name_en=name)
        services.review(access, integration.public_id, board.of(integration).mark)


def _identifiers(member: Membership) -> None:
    access = enter_then(member)
    severa = Integration.objects.get(name_en="Severa")
    old = Wanted(note="First try of the project tool")
    new = Wanted(note="Project hours and invoices", integration=severa)
    ended, _working = (identifiers.create(access, wanted, once=uuid4()) for wanted in (old, new))
    identifiers.deactivate(enter_then(member, timezone.now() - ENDED), ended.pk)


def _identifiers_to_see_to(companies: Mapping[str, Company]) -> None:
    """Make an identifier that ends soon, and one whose owner has left; nobody can sign in."""
    soon = timezone.now() + timedelta(days=6)
    trial = Wanted(note="Trial of Luovu", valid_until=soon)
    helper("leaving@demo.example", "Demo Leaving Member", companies[LOGISTICS], trial)
    shop = Wanted(note="Invoices from the web shop")
    left = helper("former@demo.example", "Demo Former Member", companies[STUDIO], shop)
    left.valid_until = timezone.now()
    left.save()
    after = {"valid_until": left.valid_until.isoformat()}
    record_of(left, "end", after=after, at=left.valid_until)


def helper(email: str, name: str, company: Company, wanted: Wanted) -> Membership:
    """Make a member with an identifier, who cannot sign in."""
    user = User.objects.create_user(email, None, name=name)
    levels = {Function.SALES_INVOICES: Level.EDIT}
    member = Membership.objects.create(user=user, company=company, levels=levels)
    record_of(member, "add", after=stored(member.grants))
    identifiers.create(enter_then(member), wanted, once=uuid4())
    return member


def record_of(
    member: Membership, verb: str, *, after: Mapping[str, object], at: datetime | None = None
) -> None:
    """Record what became of a membership."""
    when = at or timezone.now() - BEGAN
    scene = Scene(None, ACTOR, company_id=member.company.pk, company=str(member.company), at=when)
    who = str(member.user)
    record(scene, [Entry(f"membership:{verb}", "user", member.user.pk, who, after=after)])


def _wishes(catalogue: Catalogue) -> list[tuple[str, str, str | None, Wish]]:
    """Return who asks for what in which company, for which integration or in general."""
    whole = Wish(allow=True, scope=Scope.RESOURCES, resources=EVERYTHING)
    nothing = Wish(allow=False, scope=Scope.RESOURCES, resources=EVERYTHING)
    needed = Wish(allow=True, scope=Scope.NEEDED)

    def only(*codes: str) -> Wish:
        picked = ResourceSet(catalogue.by_code[code].position for code in codes)
        return Wish(allow=True, scope=Scope.RESOURCES, resources=picked)

    customers = only("customerlist.nv", "getcustomer.nv", "customer.nv", "dimensionlist.nv")
    kh, tpk = "kh@demo.example", "tpk@demo.example"
    return [
        (kh, BAKERY, "Bezala", whole),
        (kh, BAKERY, "Zevoy", only("payment.nv", "accounting.nv")),
        *((kh, BAKERY, "Severa", wish) for wish in (needed, nothing)),
        (kh, BAKERY, "Demo Warehouse Bridge", whole),
        (tpk, LOGISTICS, "Luovu", needed),
        (tpk, "Demo Brewery", "Luovu", needed),
        (tpk, "Demo Brewery", "Severa", only("customerlist.nv", "workday.nv")),
        *((tpk, "Demo Robotics", "Severa", wish) for wish in (needed, nothing)),
        (tpk, "Demo Dental", "Huma", needed),
        (tpk, "Demo Nursery", None, customers),
        (tpk, "Demo Greenhouse", None, customers),
        ("outsider@demo.example", SHIPYARD, "Heeros PSA", needed),
    ]
