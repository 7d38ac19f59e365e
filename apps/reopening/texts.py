"""The words for what waits, and for the answers."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from apps.companies.rules import includes_interface
from apps.identifiers.texts import moment
from apps.reopening.rules import Answer, Block, Happening, Known, Linked, Reason, Used
from apps.resources.models import Integration
from apps.resources.rules import ResourceSet, Standing
from apps.rights.texts import name_of

REFUSALS: Mapping[Reason, Promise] = {
    Reason.NONE_CHOSEN: gettext_lazy("Choose at least one resource."),
    Reason.NONE_USED: gettext_lazy(
        "Nothing was changed: what you selected was not used before it was blocked."
    ),
    Reason.NO_LISTING: gettext_lazy("Choose at least one integration."),
    Reason.NO_SUCH: gettext_lazy("Nothing was changed: there is no such resource."),
    Reason.MOVED_ON: gettext_lazy(
        "Nothing was changed: the resources waiting for review have changed. Check them below."
    ),
}
HAPPENINGS: Mapping[Happening, Promise] = {
    Happening.CREATED: ngettext_lazy("%(count)d created", "%(count)d created", "count"),
    Happening.REPLACED: ngettext_lazy("%(count)d replaced", "%(count)d replaced", "count"),
    Happening.DEACTIVATED: ngettext_lazy("%(count)d deactivated", "%(count)d deactivated", "count"),
    Happening.PAUSED: ngettext_lazy("%(count)d paused", "%(count)d paused", "count"),
    Happening.STOPPED: ngettext_lazy(
        "%(count)d stopped in this company", "%(count)d stopped in this company", "count"
    ),
}
WORKS = gettext_lazy(
    "Nobody has changed its API identifiers since, so what you reopen will work again at once."
)
WITHOUT_TRAFFIC = gettext_lazy(
    "Nobody has changed its API identifiers since, but the company's service package does not include API traffic."
)
NONE_WORKS = gettext_lazy(
    "None of its API identifiers works now, so reopening alone does not make it work."
)
NONE_LINKED = gettext_lazy(
    "No API identifier in this company is linked to it. Check that the one it uses works."
)

HEADINGS: Mapping[Answer, Promise] = {
    Answer.REOPEN: gettext_lazy("Reopen for %(name)s?"),
    Answer.LEAVE: gettext_lazy("Leave blocked for %(name)s?"),
}
CONSEQUENCES: Mapping[Answer, Promise] = {
    Answer.REOPEN: ngettext_lazy(
        "%(count)s resource will be allowed again immediately.",
        "%(count)s resources will be allowed again immediately.",
        "count",
    ),
    Answer.LEAVE: ngettext_lazy(
        "%(count)s resource stays blocked and no longer waits for review.",
        "%(count)s resources stay blocked and no longer wait for review.",
        "count",
    ),
}
BUTTONS: Mapping[Answer, Promise] = {
    Answer.REOPEN: gettext_lazy("Reopen"),
    Answer.LEAVE: gettext_lazy("Leave blocked"),
}
ANSWERED: Mapping[Answer, Promise] = {
    Answer.REOPEN: ngettext_lazy(
        "%(count)d resource allowed again for %(who)s.",
        "%(count)d resources allowed again for %(who)s.",
        "count",
    ),
    Answer.LEAVE: ngettext_lazy(
        "%(count)d resource left blocked for %(who)s.",
        "%(count)d resources left blocked for %(who)s.",
        "count",
    ),
}


def blocked(blocks: Iterable[Block]) -> list[str]:
    """Say when and by whom each part was blocked, newest first."""
    said = _("Blocked %(when)s by %(who)s.")
    return [said % {"when": moment(one.at), "who": one.actor} for one in reversed([*blocks])]


def used(known: Known, since: date | None, last: date | None, count: int) -> str:
    """Say how many of the resources that wait were used before, and since when that is counted."""
    if known is Known.NOTHING:
        return _("Calls were not counted before the block, so it is not known what was used.")
    said = {Known.ALL: _used_in_90_days, Known.PART: _used_since}[known](count)
    return said % {"count": count, "last": _date(last), "since": _date(since)}


def _used_in_90_days(count: int) -> str:
    if not count:
        return _("None of these resources was used in the 90 days before the block.")
    return ngettext(
        "%(count)d of these resources was used in the 90 days before the block, last on %(last)s.",
        "%(count)d of these resources were used in the 90 days before the block, last on %(last)s.",
        count,
    )


def _used_since(count: int) -> str:
    if not count:
        return _(
            "Calls have been counted since %(since)s. None of these resources was used from then"
            " until the block."
        )
    return ngettext(
        "Calls have been counted since %(since)s. From then until the block %(count)d of these"
        " resources was used, last on %(last)s.",
        "Calls have been counted since %(since)s. From then until the block %(count)d of these"
        " resources were used, last on %(last)s.",
        count,
    )


def only_used(known: Known, since: date | None, count: int) -> str:
    """Return the words that reopen what was used; none where nothing was."""
    if not count:
        return ""
    if known is Known.ALL:
        return _("Reopen only those used in 90 days (%(count)d)") % {"count": count}
    words = {"since": _date(since), "count": count}
    return _("Reopen only those used since %(since)s (%(count)d)") % words


def only_used_of_several(known: Iterable[Known], since: date | None) -> str:
    """Return the words that reopen what was used of several listings."""
    if all(one is Known.ALL for one in known):
        return _("Reopen only those used in 90 days")
    return _("Reopen only those used since %(since)s") % {"since": _date(since)}


def calls(used: Used | None) -> str:
    """Say how often a resource was used, and when last; nothing where it was not."""
    if used is None:
        return ""
    words = {"count": used.calls, "last": _date(used.last)}
    return (
        ngettext("%(count)d call, on %(last)s", "%(count)d calls, last on %(last)s", used.calls)
        % words
    )


def _date(day: date | None) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""


def identifiers(integration: Integration | None, linked: Linked, package: str) -> str:
    """Say what happened since to the identifiers of an integration, or to the other ones."""
    changes = linked.changes
    counts = [
        str(HAPPENINGS[what] % {"count": changes[what]}) for what in Happening if changes[what]
    ]
    words = {"changes": ", ".join(counts)}
    if integration is None:
        return (
            _("Other API identifiers since then: %(changes)s.") % words
            if counts
            else _("No other API identifiers have changed since then.")
        )
    if counts:
        said = _("Its identifiers since then: %(changes)s.") % words
        return said if linked.working else f"{said} {NONE_WORKS}"
    return str(_unchanged(integration, linked, package))


def _unchanged(integration: Integration, linked: Linked, package: str) -> str | Promise:
    """Say whether it works again at once, since nobody has changed its identifiers."""
    if not linked.count:
        return NONE_LINKED
    if not linked.working:
        return NONE_WORKS
    if linked.lapsed:
        return ngettext(
            "Only %(working)d of its %(total)d API identifiers works now: the others have expired, or their owners no longer have access.",
            "Only %(working)d of its %(total)d API identifiers work now: the others have expired, or their owners no longer have access.",
            linked.working,
        ) % {"working": linked.working, "total": linked.working + linked.lapsed}
    carried = integration.built_in or includes_interface(package)
    return WORKS if carried else WITHOUT_TRAFFIC


def reopen(count: int) -> str:
    """Return the words that reopen so many listings."""
    return _("Reopen %(count)d") % {"count": count}


def asked(count: int) -> str:
    """Ask whether to reopen so many listings."""
    words = ngettext("Reopen %(count)d integration?", "Reopen %(count)d integrations?", count)
    return words % {"count": count}


def all_of(count: int) -> str:
    """Return the words that tick so many listings."""
    return ngettext("All %(count)d", "All %(count)d", count) % {"count": count}


def all_of_section(section: str) -> str:
    """Return the words that tick what waits of a section."""
    return _("All of %(section)s") % {"section": section}


def reopened(answered_to: Mapping[Standing, ResourceSet]) -> str:
    """Say how many resources of how many listings were allowed again."""
    listings, resources = len(answered_to), sum(len(asked) for asked in answered_to.values())
    if listings == 1:
        return answered(Answer.REOPEN, next(iter(answered_to)).integration, resources)
    return ngettext(
        "%(resources)d resources allowed again for %(count)d integration.",
        "%(resources)d resources allowed again for %(count)d integrations.",
        listings,
    ) % {"resources": resources, "count": listings}


def answered(answer: Answer, integration: Integration | None, count: int) -> str:
    """Say that resources were allowed again, or stay blocked and wait no more."""
    return str(ANSWERED[answer] % {"count": count, "who": name_of(integration)})
