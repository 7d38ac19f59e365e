"""Sentences about what a change would have refused."""

from collections.abc import Collection
from datetime import date

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.replay.rules import YEAR, Lost, Replay, Rhythm
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration

YOUNG = gettext_lazy("Year-end jobs are not in this log.")
UNKNOWN_CUSTOM = gettext_lazy("a custom integration that is not in the list")


def said(replay: Replay) -> str:
    """Say how many calls would have been refused; without a log nobody can tell."""
    words = {"count": number(replay.refused), "total": number(replay.total)}
    if not replay.total:
        return _("No accepted calls are in the log, so nobody can tell what this stops.")
    if replay.stopped == replay.total:
        said = ngettext(
            "The %(total)s call accepted in the last 400 days would be refused today even without this.",
            "All %(total)s calls accepted in the last 400 days would be refused today even without this.",
            replay.total,
        )
    elif not replay.refused:
        said = ngettext(
            "This would not have refused the %(total)s call accepted in the last 400 days.",
            "This would have refused none of the %(total)s calls accepted in the last 400 days.",
            replay.total,
        )
    else:
        said = ngettext(
            "This would have refused the %(total)s call accepted in the last 400 days.",
            "This would have refused %(count)s of the %(total)s calls accepted in the last 400 days.",
            replay.total,
        )
    return said % words


def stopped(replay: Replay) -> str:
    """Say how many of them would be refused anyway, where that is not all; empty if none would."""
    if replay.stopped in (0, replay.total):
        return ""
    said = ngettext(
        "%(count)s of them would be refused today even without this.",
        "%(count)s of them would be refused today even without this.",
        replay.stopped,
    )
    return said % {"count": number(replay.stopped)}


def line(lost: Lost, who: str, what: str) -> str:
    """Name what would have been refused, and in which rhythm it was used."""
    words = {"who": who, "what": what, "times": number(lost.times), "day": day(lost.days.last)}
    match lost.days.rhythm:
        case Rhythm.ONCE if lost.times == 1:
            said = _("%(who)s, %(what)s, once, %(day)s")
        case Rhythm.ONCE:
            said = _("%(who)s, %(what)s, %(times)s times on %(day)s")
        case Rhythm.MONTH_ENDS:
            said = _("%(who)s, %(what)s, %(times)s times each month's last day, last %(day)s")
        case Rhythm.MONTHLY:
            said = _(
                "%(who)s, %(what)s, %(times)s times on the same day of the month, last %(day)s"
            )
        case Rhythm.WEEKLY:
            said = _("%(who)s, %(what)s, %(times)s times on the same weekday, last %(day)s")
        case None:
            said = _("%(who)s, %(what)s, %(times)s times, last %(day)s")
    return said % words


def name_of(integration: Integration | None, *, listed: bool) -> str:
    """Return an integration's name, unless it is a custom one that the company does not know."""
    if integration is None or (integration.is_custom and not listed):
        return str(UNKNOWN_CUSTOM)
    return integration.name


def resource_of(known: Catalogue, code: str) -> str:
    """Return a resource's name."""
    found = known.by_code.get(code)
    return found.name if found else code


def number(count: int) -> str:
    """Return a number with its thousands apart."""
    return formats.number_format(count, force_grouping=True)


def day(of: date) -> str:
    """Return a day, with its year where the day and month could be those of two years."""
    near = timezone.localdate() - of < YEAR / 2
    return formats.date_format(of, "MONTH_DAY_FORMAT" if near else "SHORT_DATE_FORMAT")


def more(count: int) -> str:
    """Say how many others are not named."""
    return ngettext("%(count)d other", "%(count)d others", count) % {"count": count}


def in_one(replay: Replay, lines: Collection[str]) -> str:
    """Say in one sentence what a change that was made would have refused, for a status."""
    words = {
        "count": number(replay.refused),
        "total": number(replay.total),
        "lines": "; ".join(lines),
    }
    return (
        _("Of the %(total)s calls of the last 400 days it would have refused %(count)s: %(lines)s.")
        % words
    )
