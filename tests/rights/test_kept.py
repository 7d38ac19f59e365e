"""Kept rows are the rows that the template renders."""

from itertools import product

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import strip_spaces_between_tags

from apps.resources.catalog.snapshot import Catalogue
from apps.resources.catalog.sync import sync
from apps.rights.facts import Cell, Row
from apps.rights.kept import SLOT

pytestmark = pytest.mark.django_db
BOOLEANS = (False, True)


def anew(row):
    """Render a row as if nothing had ever been kept."""
    cell = {"cell": row.cell, "resource": row.resource, "oob": False}
    inside = ""
    if row.cell:
        make = render_to_string if row.cell.is_open else tight
        inside = make("rights/_cell.html", cell)
    facts = {"row": row, "resource": row.resource}
    return tight("rights/_row.html", facts).replace(SLOT, inside)


def tight(template, facts):
    return strip_spaces_between_tags(render_to_string(template, facts).strip())


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_resource_in_every_state_is_the_same_kept_and_anew(language):
    sync()
    catalogue = Catalogue.load()
    with translation.override(language):
        for resource in catalogue.resources:
            for allowed, needed, editable in product(BOOLEANS, repeat=3):
                for cell in (None, Cell(1, 2, None), Cell(0, 0, [])):
                    row = Row(catalogue.pieces(), resource, allowed, needed, editable, cell)
                    for _ in range(2):
                        assert row.html == anew(row)
                facts = {"resource": resource, "allowed": allowed, "oob": True}
                assert row.switch == tight("rights/_switch.html", facts)


def test_the_catalogue_is_kept_until_it_changes(django_assert_num_queries):
    sync()
    first = Catalogue.load()
    with django_assert_num_queries(1):
        assert Catalogue.load() is first
    first.resources[0].__class__.objects.update(name_en="Changed")
    sync()
    assert Catalogue.load() is not first
    assert Catalogue.load().resources[0].name_en != "Changed"
