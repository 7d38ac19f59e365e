"""Pieces of HTML that are the same for every company, rendered once per process.

A row has some ten possible looks, and a page has 119 rows: see docs/decisions/006.
"""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.resources.catalog.snapshot import Pieces

SLOT = "<!--cell-->"


def kept(
    pieces: Pieces,
    template: str,
    key: tuple[Any, ...] | None,
    facts: dict[str, Any],
    *,
    cell: str = "",
) -> SafeString:
    """Return the template rendered, with ``cell`` in its slot.

    ``pieces`` are those of the catalogue in the active language; ``key`` must name everything
    else that the template shows of the facts. Without a key nothing is kept.
    """
    if key is None:
        return render_to_string(template, facts)
    whole = (template, *key)
    halves = pieces.get(whole)
    if halves is None:
        before, _slot, after = render_to_string(template, facts).partition(SLOT)
        halves = pieces[whole] = (SafeString(before), SafeString(after))
    return halves[0] + SafeString(cell) + halves[1]
