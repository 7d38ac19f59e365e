"""sync_catalog upserts by code, retires what vanished, and deletes nothing."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.audit.models import AuditEvent
from apps.resources.models import Integration, InterfaceResource, Listing
from apps.resources.rules import ResourceSet
from tests.factories import IntegrationFactory, ListingFactory
from tests.resources.test_files import folder, spoil  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


def sync(*args):
    out = StringIO()
    call_command("sync_catalog", *args, stdout=out)
    return out.getvalue()


def drop_line(folder, name, start):  # noqa: F811
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(start)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8")


def test_the_real_catalogue_loads_once():
    assert "174 added" in sync()
    assert "0 added, 0 changed, 0 retired" in sync()
    assert InterfaceResource.objects.count() == 119
    assert Integration.objects.get(name_en="Luovu").needed == ResourceSet(
        InterfaceResource.objects.filter(
            code__in=["tripexpense.nv", "accounting.nv", "escan.nv"]
        ).values_list("position", flat=True)
    )


def test_limited_integrations_have_what_they_need_available():
    sync()
    limited = Integration.objects.exclude(available_only=None)
    assert limited.count() == 5
    assert all(one.available_only == one.needed for one in limited)


def test_a_vanished_resource_is_retired_and_its_rights_stay(folder):  # noqa: F811
    sync()
    listing = ListingFactory(allowed=ResourceSet([2]))
    spoil(folder, "integrations.csv", " customer.nv", "")
    drop_line(folder, "resources.csv", "3,deletecustomer.nv")
    assert "1 retired" in sync("--folder", str(folder))
    assert InterfaceResource.objects.get(code="deletecustomer.nv").retired
    assert Listing.objects.get(pk=listing.pk).allowed == ResourceSet([2])
    assert AuditEvent.objects.filter(verb="catalog:retire").count() == 1


def test_a_resource_that_comes_back_is_in_use_again(folder):  # noqa: F811
    sync()
    InterfaceResource.objects.filter(code="customer.nv").update(retired=True)
    assert "1 changed" in sync("--folder", str(folder))
    assert not InterfaceResource.objects.get(code="customer.nv").retired


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0,customerlist.nv", "200,customerlist.nv", "line 2, column position: customerlist.nv has position 0"),
        ("0,customerlist.nv", "0,newcomer.nv", "line 2, column position: 0 belongs to customerlist.nv"),
    ],
)  # fmt: skip
def test_a_position_never_changes_hands(folder, old, new, said):  # noqa: F811
    sync()
    text = (folder / "integrations.csv").read_text(encoding="utf-8")
    if "newcomer" in new:
        (folder / "integrations.csv").write_text(
            text.replace("customerlist.nv", "newcomer.nv"), encoding="utf-8"
        )
    spoil(folder, "resources.csv", old, new)
    with pytest.raises(CommandError, match=said):
        sync("--folder", str(folder))
    assert InterfaceResource.objects.get(code="customerlist.nv").position == 0
    assert not InterfaceResource.objects.filter(code="newcomer.nv").exists()


def test_check_says_what_differs_and_loads_nothing(folder):  # noqa: F811
    with pytest.raises(CommandError, match="174 added"):
        sync("--check")
    assert not InterfaceResource.objects.exists()
    assert not AuditEvent.objects.exists()
    sync()
    assert "0 added" in sync("--check")


def test_taking_away_availability_is_audited(folder):  # noqa: F811
    sync()
    spoil(
        folder, "integrations.csv", "needed,customerlist.nv customer.nv", "needed,customerlist.nv"
    )
    sync("--folder", str(folder))
    event = AuditEvent.objects.get(verb="catalog:change")
    customer = InterfaceResource.objects.get(code="customer.nv").position
    assert ResourceSet.from_bytes(bytes(event.removed)) == ResourceSet([customer])


def test_integrations_of_site_staff_are_left_alone():
    mine = IntegrationFactory(custom=True)
    sync()
    mine.refresh_from_db()
    assert not mine.retired
