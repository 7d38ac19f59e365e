"""HTML rendered once per process: pieces for every company alike, and wholes by all they show.

A row has some ten possible looks, and a page has 119 rows: see docs/decisions/006.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.cache import caches
from django.core.cache.utils import make_template_fragment_key
from django.template.loader import render_to_string
from django.utils.html import strip_spaces_between_tags
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.resources.catalog.snapshot import Pieces

Made = TypeVar("Made")
SLOT = "§§"
LIMIT = 20_000


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
        if len(pieces) >= LIMIT:
            pieces.clear()
        made = strip_spaces_between_tags(render_to_string(template, facts).strip())
        before, _slot, after = made.partition(SLOT)
        halves = pieces[whole] = (SafeString(before), SafeString(after))
    return halves[0] + SafeString(cell) + halves[1]


def kept_whole(
    kind: str, reading: UUID, facts: tuple[object, ...], make: Callable[[], Made]
) -> Made:
    """Return the whole that ``make`` makes of facts, a reading of the catalogue and the language.

    There are more such wholes than rows, so the ones used least are forgotten.
    """
    key = make_template_fragment_key(kind, [reading, get_language(), *facts])
    return cast("Made", caches["pieces"].get_or_set(key, make))
