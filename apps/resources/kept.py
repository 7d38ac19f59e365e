"""Pieces of HTML that are the same for every company, rendered once per process.

A row has some ten possible looks, and a page has 119 rows: see docs/decisions/006.
"""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.resources.catalog.snapshot import Catalogue

SLOT = "<!--cell-->"


def kept(
    catalogue: Catalogue,
    template: str,
    key: tuple[Any, ...] | None,
    facts: dict[str, Any],
    *,
    cell: str = "",
) -> SafeString:
    """Return the template rendered, with ``cell`` in its slot.

    ``key`` must name everything that the template shows of the facts, besides the catalogue and
    the language; without a key nothing is kept. What is kept goes with the catalogue's version.
    """
    if key is None:
        return render_to_string(template, facts)
    whole = (template, get_language(), *key)
    halves = catalogue.kept.get(whole)
    if halves is None:
        before, _slot, after = render_to_string(template, facts).partition(SLOT)
        halves = catalogue.kept[whole] = (SafeString(before), SafeString(after))
    return halves[0] + SafeString(cell) + halves[1]
