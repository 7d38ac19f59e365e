"""Kept rows are the rows that the template renders, for everything that they show."""

from itertools import product

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from apps.resources import reads
from apps.resources.services import sync
from apps.rights.page import Look
from apps.rights.templatetags.rights import kept_row

pytestmark = pytest.mark.django_db
BOOLEANS = (False, True)


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_every_resource_in_every_state_is_the_same_kept_and_anew(language):
    sync()
    catalogue = reads.catalogue()
    looks = [
        Look(resource.position, *state)
        for resource in catalogue.resources
        for state in product(BOOLEANS, repeat=4)
    ]
    with translation.override(language):
        kept = [kept_row(catalogue, look, {}) for look in looks]
        for look, again in zip(looks, kept, strict=True):
            context = {"resource": catalogue.by_position[look.position], "look": look}
            assert kept_row(catalogue, look, {}) is again
            assert again.name == render_to_string("rights/_row_name.html", context)
            assert again.right == render_to_string("rights/_row_right.html", context)


def test_the_catalogue_is_kept_until_it_changes(django_assert_num_queries):
    sync()
    first = reads.catalogue()
    with django_assert_num_queries(1):
        assert reads.catalogue() is first
    first.resources[0].__class__.objects.update(name_en="Changed")
    sync()
    assert reads.catalogue() is not first
    assert reads.catalogue().resources[0].name_en != "Changed"
