"""Rows that are rendered once per process: docs/decisions/006."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.resources.catalogue import Catalogue
from apps.rights.page import Hit, Look

register = template.Library()


class Kept(NamedTuple):
    """A rendered row: what it says of its resource, and the right. A cell may stand between."""

    name: SafeString
    right: SafeString


@register.simple_tag
def kept_row(catalogue: Catalogue, look: Look, hits: Mapping[int, Hit]) -> Kept:
    """Return a row, rendered; it shows its resource, its look and the language alone.

    What is kept goes with the catalogue, so a new version of that drops it. What a search found
    is shown in a row of its own, which is not kept.
    """
    kept = _kept(catalogue, (get_language(), look))
    return _found(catalogue, look, kept, hits[look.position]) if hits else kept


@register.simple_tag
def kept_rows(
    catalogue: Catalogue, looks: Iterable[Look], hits: Mapping[int, Hit], uses: Mapping[int, str]
) -> SafeString:
    """Return the rows of an integration, which have no cells; of used ones it stands when."""
    if uses:
        told = [(kept_row(catalogue, look, hits), uses.get(look.position)) for look in looks]
        return SafeString("".join([row.name + _use(use) + row.right for row, use in told]))
    if hits:
        rows = [kept_row(catalogue, look, hits) for look in looks]
    else:
        language, kept = get_language(), catalogue.rows
        keys = [(language, look) for look in looks]
        rows = [kept.get(key) or _kept(catalogue, key) for key in keys]
    return SafeString("".join([part for row in rows for part in row]))


def _use(said: str | None) -> SafeString:
    return format_html("<small>{}</small>", said) if said else SafeString("")


def _found(catalogue: Catalogue, look: Look, kept: Kept, hit: Hit) -> Kept:
    context = {"resource": catalogue.by_position[look.position], "look": look, "hit": hit}
    return kept._replace(name=render_to_string("rights/_row_name.html", context))


def _kept(catalogue: Catalogue, key: tuple[str | None, Look]) -> Kept:
    if key not in catalogue.rows:
        look = key[1]
        context = {"resource": catalogue.by_position[look.position], "look": look}
        name = render_to_string("rights/_row_name.html", context)
        catalogue.rows[key] = Kept(name, render_to_string("rights/_row_right.html", context))
    kept: Kept = catalogue.rows[key]
    return kept
