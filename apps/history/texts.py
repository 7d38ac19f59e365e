"""The words for what was changed, and for values before and after."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy, pgettext_lazy

from apps.audit.models import AuditEvent, name_in
from apps.companies.rules import Function, Level, Package, Role
from apps.companies.texts import FUNCTIONS, LEVELS, PACKAGES, ROLES
from apps.core.converters import PublicId
from apps.history.rules import COUNTED, Kind
from apps.identifiers.texts import PURPOSES, moment
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet, Verdict
from apps.rights.rules import CLOSE, LEAVE, REOPEN, REVIEW, UNDO
from apps.rights.texts import VERDICTS, resource_count

VERBS: Mapping[str, Promise] = {
    CLOSE: gettext_lazy("API traffic blocked"),
    REOPEN: gettext_lazy("reopened"),
    UNDO: gettext_lazy("undone"),
    REVIEW: gettext_lazy("rights reviewed: still right"),
    "identifier:create": gettext_lazy("identifier created"),
    "identifier:show": gettext_lazy("Key shown"),
    "identifier:copy": gettext_lazy("Key copied"),
    "identifier:note": gettext_lazy("details changed"),
    "identifier:validity": gettext_lazy("validity changed"),
    "identifier:pause": gettext_lazy("paused"),
    "identifier:resume": gettext_lazy("in use again"),
    "identifier:deactivate": gettext_lazy("deactivated permanently"),
    "identifier:replace": gettext_lazy("replaced"),
    "identifier:stop": gettext_lazy("stopped in this company"),
    "identifier:allow": gettext_lazy("allowed in this company again"),
    "membership:add": gettext_lazy("given access to this company"),
    "membership:edit": gettext_lazy("access rights changed"),
    "membership:end": gettext_lazy("access ended"),
    "membership:remove": gettext_lazy("removed from this company"),
    "membership:invite": gettext_lazy("invited"),
    "membership:withdraw": gettext_lazy("invitation withdrawn"),
    "membership:accept": gettext_lazy("invitation accepted"),
    "factor:asked": gettext_lazy("reset of passkeys and codes requested"),
    "factor:confirmed": gettext_lazy("reset of passkeys and codes confirmed"),
    "factor:cancelled": gettext_lazy("reset of passkeys and codes cancelled"),
    "factor:done": gettext_lazy("passkeys and codes reset"),
    "signature:accept": gettext_lazy("older signature accepted"),
    "signature:end": gettext_lazy("older signature no longer accepted"),
    "company:change": gettext_lazy("company's details changed"),
    "company:found": gettext_lazy("client company created"),
    "company:move": gettext_lazy("moved to another accounting office"),
}
"""What was done, for the verbs that we know; any other verb is shown as it is."""

KINDS = (
    ("", pgettext_lazy("filter", "All")),
    (Kind.RIGHTS.value, gettext_lazy("Rights")),
    (Kind.IDENTIFIERS.value, gettext_lazy("Identifiers")),
    (Kind.PEOPLE.value, gettext_lazy("People")),
    (Kind.OTHER.value, gettext_lazy("Other")),
)
ALLOWED = (
    gettext_lazy("%(what)s allowed"),
    ngettext_lazy(
        "%(count)d resource of %(section)s allowed",
        "%(count)d resources of %(section)s allowed",
        "count",
    ),
    ngettext_lazy("%(count)d resource allowed", "%(count)d resources allowed", "count"),
)
"""What a change allowed: one resource, some of a section, some of several."""
BLOCKED = (
    gettext_lazy("%(what)s blocked"),
    ngettext_lazy(
        "%(count)d resource of %(section)s blocked",
        "%(count)d resources of %(section)s blocked",
        "count",
    ),
    ngettext_lazy("%(count)d resource blocked", "%(count)d resources blocked", "count"),
)
"""The same of what it blocked."""
FIELDS: Mapping[str, Promise] = {
    "roles": gettext_lazy("Roles"),
    "valid_from": gettext_lazy("Valid from"),
    "valid_until": gettext_lazy("Valid until"),
    "last_day": gettext_lazy("Last day"),
    "purpose": gettext_lazy("Purpose"),
    "note": gettext_lazy("Note"),
    "integration": gettext_lazy("Integration"),
    "replaced_by": gettext_lazy("Replaced by"),
    "name": gettext_lazy("Name"),
    "business_id": gettext_lazy("Business ID"),
    "package": gettext_lazy("Package"),
    "office": gettext_lazy("Accounting office"),
    "email": gettext_lazy("Email"),
    "factor_days": gettext_lazy("Days to set up a passkey or an app"),
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


HEADS = (
    gettext_lazy("Date and time"),
    gettext_lazy("Person"),
    gettext_lazy("Accounting office"),
    gettext_lazy("Change code"),
    gettext_lazy("Subject"),
    gettext_lazy("Change"),
    gettext_lazy("Allowed"),
    gettext_lazy("Blocked"),
    gettext_lazy("Details"),
    gettext_lazy("Reason"),
    gettext_lazy("Bulk change"),
)
"""The columns of the history as a file."""
HEADS_OF_RIGHTS = (
    gettext_lazy("Integration"),
    gettext_lazy("Code"),
    gettext_lazy("Interface resource"),
    gettext_lazy("Right"),
)
"""The columns of the rights on a date as a file."""
RIGHT = {True: VERDICTS[Verdict.ALLOWED], False: gettext_lazy("Blocked")}
NOT_YET = gettext_lazy("Choose a day that is not in the future.")
ENDS_TOO_EARLY = gettext_lazy("The end date must not be before the start date.")


def rights(event: AuditEvent, catalogue: Catalogue) -> str:
    """Say what a change did to somebody's rights."""
    if event.verb == LEAVE:
        left = len(removed_of(event))
        return ngettext(
            "%(count)d resource left blocked", "%(count)d resources left blocked", left
        ) % {"count": left}
    said = [
        *_said(added_of(event), catalogue, *ALLOWED),
        *_said(removed_of(event), catalogue, *BLOCKED),
    ]
    if isinstance(event.after, dict) and event.after.get("listed"):
        said = (
            [_("added to the list"), *said]
            if said
            else [_("added to the list with everything blocked")]
        )
    words = ", ".join(said) or _("nothing changed")
    beginning = VERBS.get(event.verb)
    return f"{beginning}, {words}" if beginning else words


def _said(
    resources: ResourceSet,
    catalogue: Catalogue,
    one: Promise,
    of_section: Promise,
    several: Promise,
) -> list[str]:
    if not resources:
        return []
    facts = _facts(resources, catalogue)
    said = one if facts["what"] else of_section if facts["section"] else several
    return [str(said % facts)]


def _facts(wanted: ResourceSet, catalogue: Catalogue) -> dict[str, str | int]:
    resources = catalogue.of(wanted) if len(wanted) == 1 else []
    sections = [part.section for part in catalogue.sections if wanted <= part.positions]
    return {
        "count": len(wanted),
        "what": resources[0].name if resources else "",
        "section": sections[0].name if sections else "",
    }


PERIOD_CHANGED = gettext_lazy("validity period changed")


def done(verb: str) -> str:
    """Say what was done; a verb that we do not know says so itself."""
    return str(VERBS.get(verb, verb))


def before(event: AuditEvent) -> str:
    """Say how the resources of a change stood before it; nothing when they stood unlike."""
    added, removed = added_of(event), removed_of(event)
    if event.verb == LEAVE or bool(added) is bool(removed):
        return ""
    return _("Blocked before") if added else _("Allowed before")


def folded(events: Sequence[AuditEvent]) -> str:
    """Say what several changes that were made as one did."""
    count = sum(len(added_of(event) | removed_of(event)) for event in events)
    done = str(VERBS.get(events[0].verb) or _("changed at the same time"))
    return f"{done}, {resource_count(count)}" if count else done


def bulk(companies: int) -> str:
    """Say that a change was one of many."""
    return ngettext(
        "in a bulk change of %(count)d company",
        "in a bulk change of %(count)d companies",
        companies,
    ) % {"count": companies}


def subjects(events: Sequence[AuditEvent]) -> str:
    """Return "General access rights and 3 integrations": whose rights several changes were."""
    own = sum(event.subject_id is not None for event in events)
    counted = ngettext("%(count)d integration", "%(count)d integrations", own) % {"count": own}
    if own == len(events):
        return counted
    return _("General access rights and %(integrations)s") % {"integrations": counted}


def nothing(*, everything: bool) -> str:
    """Say that nothing was allowed, of everything or of what is looked for."""
    return _("Everything was blocked.") if everything else _("None of these was allowed.")


def found_count(count: int) -> str:
    """Say how many changes a filter found, as far as they are counted."""
    if count > COUNTED:
        return _("More than %(count)s changes found") % {"count": formats.number_format(COUNTED)}
    return ngettext("%(count)d change found", "%(count)d changes found", count) % {"count": count}


def allowed_count(count: int) -> str:
    """Say how many resources were allowed."""
    if not count:
        return _("Nothing allowed")
    return ngettext("%(count)d allowed", "%(count)d allowed", count) % {"count": count}


def people(actors: Mapping[int | None, str]) -> dict[int | None, str]:
    """Return people's names, with the address behind those that several have."""
    names = {pk: name_in(actor) for pk, actor in actors.items()}
    times = Counter(names.values())
    return {pk: name if times[name] == 1 else actors[pk] for pk, name in names.items()}


def clock(at: datetime) -> str:
    """Return the time of day."""
    return formats.date_format(timezone.localtime(at), "TIME_FORMAT")


UNCLEAR = timedelta(days=300)
"""After so long a day without its year may be that of another."""


def lately(at: datetime, now: datetime) -> str:
    """Return a moment in short: a time today, a weekday within a week, a day, at last with its year."""
    when, today = timezone.localtime(at), timezone.localdate(now)
    if when.date() == today:
        return clock(at)
    passed = today - when.date()
    if passed > UNCLEAR:
        return formats.date_format(when, "SHORT_DATE_FORMAT")
    return formats.date_format(when, "D" if passed < timedelta(days=7) else "MONTH_DAY_FORMAT")


def day(of: date) -> str:
    """Return a day in full, with its weekday."""
    return formats.date_format(of, "l ") + formats.date_format(of, "DATE_FORMAT")


def added_of(event: AuditEvent) -> ResourceSet:
    """Return what a change allowed; nothing for events that are not about rights."""
    return ResourceSet.from_column(event.added)


def removed_of(event: AuditEvent) -> ResourceSet:
    """Return what a change blocked; nothing for events that are not about rights."""
    return ResourceSet.from_column(event.removed)


def told(before: Any, after: Any, names: Mapping[str, str]) -> list[str]:
    """Return "Purpose: Excel (before: API)" for each fact that an event changed.

    Functions that changed alike share a line. ``names`` gives the names of integrations that
    the person may know of, by public id.
    """
    old, new = _flat(before), _flat(after)
    alike: dict[tuple[str, str, str], list[str]] = {}
    for field, label in FIELDS.items():
        if new.get(field) == old.get(field):
            continue
        now, then = _words(field, new.get(field), names), _words(field, old.get(field), names)
        if now != then:
            kind = "function" if field in set(Function) else field
            alike.setdefault((kind, now, then), []).append(str(label))
    line = _("%(field)s: %(now)s") if before is None else _("%(field)s: %(now)s (before: %(then)s)")
    return [
        line % {"field": _labels(labels), "now": now or _("none"), "then": then or _("none")}
        for (_kind, now, then), labels in alike.items()
    ]


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
    if field == "last_day":
        return _day(text)
    return str(NAMED.get(field, {}).get(text, text))


def _day(text: str) -> str:
    try:
        of = date.fromisoformat(text)
    except ValueError:
        return text
    return formats.date_format(of, "SHORT_DATE_FORMAT")


def _moment(text: str) -> str:
    try:
        when = parse_datetime(text)
    except ValueError:
        return text
    return moment(when) if when and when.tzinfo else text
