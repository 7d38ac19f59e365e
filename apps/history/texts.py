"""The words for what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from apps.audit.models import AuditEvent, name_in
from apps.history.rules import Kind
from apps.resources.catalogue import Catalogue
from apps.resources.rules import ResourceSet
from apps.rights.services import CLOSE, LEAVE, REOPEN, UNDO
from apps.rights.texts import resource_count

VERBS: Mapping[str, Promise] = {
    CLOSE: gettext_lazy("API traffic blocked"),
    REOPEN: gettext_lazy("reopened"),
    UNDO: gettext_lazy("put back"),
    "identifier:create": gettext_lazy("identifier created"),
    "identifier:show": gettext_lazy("Key shown"),
    "identifier:copy": gettext_lazy("Key copied"),
    "identifier:note": gettext_lazy("details changed"),
    "identifier:validity": gettext_lazy("validity changed"),
    "identifier:pause": gettext_lazy("paused"),
    "identifier:resume": gettext_lazy("resumed"),
    "identifier:deactivate": gettext_lazy("deactivated for good"),
    "identifier:replace": gettext_lazy("replaced"),
    "identifier:stop": gettext_lazy("stopped in this company"),
    "identifier:allow": gettext_lazy("allowed in this company again"),
    "membership:add": gettext_lazy("given access to this company"),
    "membership:edit": gettext_lazy("access rights changed"),
    "membership:end": gettext_lazy("validity period changed"),
    "membership:remove": gettext_lazy("removed from this company"),
    "membership:invite": gettext_lazy("invited"),
    "membership:withdraw": gettext_lazy("invitation withdrawn"),
    "membership:accept": gettext_lazy("invitation accepted"),
    "company:change": gettext_lazy("company's details changed"),
    "company:found": gettext_lazy("client company founded"),
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
NOT_YET = gettext_lazy("Choose a day that has begun.")
ENDS_TOO_EARLY = gettext_lazy("The period must not end before it begins.")


def rights(event: AuditEvent, catalogue: Catalogue) -> str:
    """Say what a change did to somebody's rights."""
    if event.verb == LEAVE:
        left = len(removed_of(event))
        return ngettext(
            "%(count)d resource left blocked", "%(count)d resources left blocked", left
        ) % {"count": left}
    said = [_allowed(added_of(event), catalogue), _blocked(removed_of(event), catalogue)]
    said = [words for words in said if words]
    if _fact(event, "listed"):
        said = [_("listed"), *said] if said else [_("listed with everything blocked")]
    words = ", ".join(said) or _("nothing changed")
    beginning = VERBS.get(event.verb)
    return f"{beginning}, {words}" if beginning else words


def _fact(event: AuditEvent, name: str) -> object:
    return event.after.get(name) if isinstance(event.after, dict) else None


def _allowed(added: ResourceSet, catalogue: Catalogue) -> str:
    if not added:
        return ""
    facts = _facts(added, catalogue)
    if facts["what"]:
        return _("%(what)s allowed") % facts
    if facts["section"]:
        return (
            ngettext(
                "%(count)d resource of %(section)s allowed",
                "%(count)d resources of %(section)s allowed",
                len(added),
            )
            % facts
        )
    return ngettext("%(count)d resource allowed", "%(count)d resources allowed", len(added)) % facts


def _blocked(removed: ResourceSet, catalogue: Catalogue) -> str:
    if not removed:
        return ""
    facts = _facts(removed, catalogue)
    if facts["what"]:
        return _("%(what)s blocked") % facts
    if facts["section"]:
        return (
            ngettext(
                "%(count)d resource of %(section)s blocked",
                "%(count)d resources of %(section)s blocked",
                len(removed),
            )
            % facts
        )
    return (
        ngettext("%(count)d resource blocked", "%(count)d resources blocked", len(removed)) % facts
    )


def _facts(wanted: ResourceSet, catalogue: Catalogue) -> dict[str, str | int]:
    resources = catalogue.of(wanted) if len(wanted) == 1 else []
    sections = [part.section.name for part in catalogue.sections if not wanted - part.positions]
    return {
        "count": len(wanted),
        "what": resources[0].name if resources else "",
        "section": sections[0] if len(sections) == 1 else "",
    }


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
    done = str(VERBS.get(events[0].verb) or _("changed together"))
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


def lately(at: datetime, now: datetime) -> str:
    """Return a moment in one word: a time today, a weekday within a week, else a day."""
    when, today = timezone.localtime(at), timezone.localdate(now)
    if when.date() == today:
        return clock(at)
    return formats.date_format(when, "D" if today - when.date() < timedelta(days=7) else "j M")


def day(of: date) -> str:
    """Return a day in full, with its weekday."""
    return formats.date_format(of, "l ") + formats.date_format(of, "DATE_FORMAT")


def added_of(event: AuditEvent) -> ResourceSet:
    """Return what a change allowed."""
    return ResourceSet.from_column(event.added)


def removed_of(event: AuditEvent) -> ResourceSet:
    """Return what a change blocked."""
    return ResourceSet.from_column(event.removed)
