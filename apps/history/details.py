"""The words for what else an event says: values before and after."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.companies.rules import Function, Level, Package, Role
from apps.companies.texts import FUNCTIONS, LEVELS, PACKAGES, ROLES
from apps.identifiers.texts import PURPOSES, moment
from apps.rights.addresses import PublicId

FIELDS: Mapping[str, Promise] = {
    "roles": gettext_lazy("Roles"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_until": gettext_lazy("Valid until"),
    "purpose": gettext_lazy("Purpose"),
    "note": gettext_lazy("Note"),
    "integration": gettext_lazy("Integration"),
    "replaced_by": gettext_lazy("Replaced by"),
    "name": gettext_lazy("Name"),
    "business_id": gettext_lazy("Business ID"),
    "package": gettext_lazy("Package"),
    "office": gettext_lazy("Accounting office"),
    "email": gettext_lazy("Email"),
    **{function.value: FUNCTIONS[function] for function in Function},
}
"""What is told of an event, in this order; anything else says no more than its verb."""
NAMED: Mapping[str, Mapping[str, Promise | str]] = {
    "purpose": dict(PURPOSES),
    "package": {package.value: PACKAGES[package] for package in Package},
    **{function.value: {level.value: LEVELS[level] for level in Level} for function in Function},
}
CUSTOM = gettext_lazy("a custom integration")
ROLE_NAMES = {role.value: ROLES[role] for role in Role}


def told(before: Any, after: Any, names: Mapping[str, str]) -> list[str]:
    """Return "Purpose: Excel (before: API)" for each fact that an event changed.

    Functions that changed alike share a line. ``names`` gives the names of integrations that
    the person may know of, by public id.
    """
    old, new = _flat(before), _flat(after)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for field, label in FIELDS.items():
        now, then = _words(field, new.get(field), names), _words(field, old.get(field), names)
        if now != then:
            kind = "function" if field in set(Function) else field
            alike.setdefault((kind, now, then), []).append(str(label))
    line = _("%(field)s: %(now)s") if before is None else _("%(field)s: %(now)s (before: %(then)s)")
    return [
        line % {"field": _labels(labels), "now": now or _("none"), "then": then or _("none")}
        for (_kind, now, then), labels in alike.items()
    ]


def is_period(before: Any, after: Any) -> bool:
    """Tell whether nothing but when something is valid was changed."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return False
    changed = {field for field in before | after if before.get(field) != after.get(field)}
    return bool(changed) and changed <= {"valid_from", "valid_until"}


def _labels(labels: list[str]) -> str:
    return _("All functions") if len(labels) == len(Function) else ", ".join(labels)


def _flat(facts: Any) -> dict[str, Any]:
    """Return the facts with each function's level beside the others."""
    if not isinstance(facts, dict):
        return {}
    levels = facts.get("levels")
    return facts | levels if isinstance(levels, dict) else facts


def _words(field: str, value: Any, names: Mapping[str, str]) -> str:
    if value in (None, "", [], Level.NONE.value):
        return ""
    if isinstance(value, list):
        return ", ".join(str(ROLE_NAMES.get(str(one), one)) for one in value)
    text = str(value)
    if field == "integration":
        unknown = str(CUSTOM) if re.fullmatch(PublicId.regex, text) else text
        return names.get(text, unknown)
    if field.startswith("valid_"):
        return _moment(text)
    return str(NAMED.get(field, {}).get(text, text))


def _moment(text: str) -> str:
    try:
        when = parse_datetime(text)
    except ValueError:
        return text
    return moment(when) if when and when.tzinfo else text
