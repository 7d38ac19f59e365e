"""Why a call passes or does not, now and at an earlier moment: pure decisions, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from apps.companies.rules import Grants, validity
from apps.core import refusals
from apps.core.refusals import Kind as Sort
from apps.gateway.rules import Check, Decision, Facts, Holder, Reason, Why
from apps.history.rules import replay
from apps.identifiers.rules import Hindrance, Owner, state
from apps.resources.rules import Board, ResourceSet, Standing, Verdict
from apps.usage import rules as usage

# --- Check a call ---------------------------------------------------------------------------------


class Mark(StrEnum):
    """What is shown of one check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    NOT_ASKED = "not_asked"
    """Only the call itself would show it."""


OF_THE_CALL = frozenset({Check.FORM, Check.SIGNATURE, Check.TIME, Check.UNIQUE})
"""The checks of how a call was sent; all others are about what is known of those it names."""


def marks(decision: Decision, *, sent: bool) -> dict[Check, Mark]:
    """Return what is shown of every check, in order.

    ``sent`` says that the call was sent in this way: of one that is only thought of nobody knows
    how it is signed.
    """
    found = {check: Mark(outcome.value) for check, outcome in decision.outcomes.items()}
    if sent:
        return found
    passed = [check for check in OF_THE_CALL if found[check] is Mark.PASSED]
    return found | dict.fromkeys(passed, Mark.NOT_ASKED)


REASONS: Mapping[str, Reason] = {
    reason.value: reason for kind in (Verdict, Hindrance, Why) for reason in kind
}


def decision_of(failed: str, reason: str) -> Decision:
    """Return a decision as the log keeps it; raises ValueError or KeyError for what is none."""
    return Decision(Check(failed), REASONS[reason]) if failed else Decision(None, None)


class Kind(StrEnum):
    """What a change was about, as events name it."""

    INTEGRATION = "integration"
    GENERAL = "general"
    IDENTIFIER = "identifier"
    USER = "user"
    COMPANY = "company"
    SIGNATURE = "signature"


@dataclass(frozen=True)
class Change:
    """A change of something that decides about a call, as the history keeps it."""

    at: datetime
    who: str
    verb: str
    kind: str
    whose: int | None
    before: Any
    added: ResourceSet
    removed: ResourceSet

    @property
    def of_rights(self) -> bool:
        """Whether rights were changed."""
        return self.kind in (Kind.INTEGRATION, Kind.GENERAL)


@dataclass(frozen=True)
class Now:
    """What is stored now of the identifier and of its owner's membership, as events write it.

    ``member`` is none for somebody who is no member.
    """

    identifier: Mapping[str, Any]
    member: Mapping[str, Any] | None


STOPS = {"identifier:stop": False, "identifier:allow": True}
"""Whether an identifier was stopped before each of these."""


def facts_then(facts: Facts, now: Now | None, changes: Sequence[Change], at: datetime) -> Facts:
    """Return the facts of an earlier moment: rights are replayed, of the rest changes taken back.

    ``facts`` are those of now, ``changes`` all of the company about what decides, oldest first.
    Without ``now`` the identifier stays as it is.
    """
    since = [change for change in reversed(changes) if change.at >= at]
    rights = replay(
        (change.whose, change.added, change.removed)
        for change in changes
        if change.of_rights and change.at < at
    )
    integrations = [whose for whose in rights if whose is not None]
    return replace(
        facts,
        holder=_holder(facts.holder, now, since, at) if facts.holder and now else facts.holder,
        package=_package(facts.package, since),
        own=rights[integrations[0]] if integrations else None,
        general=rights.get(None),
    )


def _holder(holder: Holder, now: Now, since: Sequence[Change], at: datetime) -> Holder | None:
    stored = _before(now.identifier, _of(since, Kind.IDENTIFIER)) or now.identifier
    times = {name: _moment(text) for name, text in stored.items()}
    made, paused, ended = times["created_at"], times["paused_at"], times["deactivated_at"]
    if made and made > at:
        return None
    stops = [STOPS[one.verb] for one in since if one.verb in STOPS]
    return Holder(
        state=state(
            now=at,
            valid_until=times["valid_until"],
            paused_at=paused if paused and paused <= at else None,
            deactivated_at=ended if ended and ended <= at else None,
        ),
        purpose=holder.purpose,
        owner=_owner(holder.owner, _before(now.member, _of(since, Kind.USER)), at),
        stopped=stops[-1] if stops else holder.stopped,
    )


def _owner(owner: Owner, member: Mapping[str, Any] | None, at: datetime) -> Owner:
    start, end = (_moment((member or {}).get(name)) for name in ("valid_from", "valid_until"))
    grants = None if member is None else Grants.read(member["roles"], member["levels"])
    return Owner(owner.active, grants, validity(now=at, start=start, end=end))


def _package(package: str | None, since: Sequence[Change]) -> str | None:
    told = _before({"package": package}, _of(since, Kind.COMPANY))
    return told["package"] if told else package


def _of(changes: Iterable[Change], kind: Kind) -> list[Change]:
    return [change for change in changes if change.kind == kind and change.verb not in STOPS]


def _before(now: Mapping[str, Any] | None, since: Sequence[Change]) -> Mapping[str, Any] | None:
    """Take changes back, newest first: what one of them does not tell stayed as it was.

    Nothing was there before what was begun by a change.
    """
    for change in since:
        if change.verb in BEGINNINGS:
            now = None
        elif change.before and (now is not None or change.verb == REMOVAL):
            now = {**(now or {}), **change.before}
    return now


BEGINNINGS = ("membership:add", "membership:accept")
REMOVAL = "membership:remove"


def _moment(stored: Any) -> datetime | None:
    return datetime.fromisoformat(stored) if isinstance(stored, str) else stored


EXPLAINING: Mapping[Reason, tuple[str, ...]] = {
    Why.OLDER_SIGNATURE: ("signature:end",),
    Why.NO_SUCH_COMPANY: ("membership:remove",),
    Why.PACKAGE: ("company:change",),
    Why.OWNER_ROLE: ("membership:",),
    Hindrance.DEACTIVATED: ("identifier:deactivate",),
    Hindrance.EXPIRED: ("identifier:validity", "identifier:replace"),
    Hindrance.MEMBERSHIP_ENDED: ("membership:",),
    Hindrance.MEMBERSHIP_NOT_YET: ("membership:",),
    Hindrance.NO_FUNCTION: ("membership:",),
    Hindrance.PAUSED: ("identifier:pause",),
    Hindrance.STOPPED: ("identifier:stop",),
}
"""How the verbs begin of the change that made a check fail."""


def explaining(
    decision: Decision, position: int | None, changes: Sequence[Change], at: datetime
) -> Change | None:
    """Return the last change up to a moment that decided, if one is known."""
    until = [change for change in reversed(changes) if change.at < at]
    reason = decision.reason
    if reason is not None and not isinstance(reason, Verdict):
        return next((one for one in until if _explains(one, reason)), None)
    if reason is Verdict.NOT_AVAILABLE or position is None:
        return None
    return next((one for one in until if _decided(one, position, reason, until)), None)


def _explains(change: Change, reason: Reason) -> bool:
    told = reason is not Why.PACKAGE or "package" in (change.before or {})
    return told and change.verb.startswith(EXPLAINING.get(reason, ("nothing",)))


def _decided(change: Change, position: int, reason: Reason | None, until: Sequence[Change]) -> bool:
    listed = any(one.kind == Kind.INTEGRATION for one in until)
    decides = Kind.INTEGRATION if listed else Kind.GENERAL
    touched = change.added if reason is None else change.removed
    return change.kind == decides and position in touched


class Mend(StrEnum):
    """What would let a refused call pass, and so where a person is led."""

    ALLOW = "allow"
    ALLOW_AGAIN = "allow_again"
    RESUME = "resume"
    ANOTHER = "another"
    PERSON = "person"
    ROLE = "role"
    INVITE = "invite"
    SIGNATURE = "signature"
    KEY = "key"
    PACKAGE = "package"
    ACCOUNT = "account"
    VENDOR = "vendor"


MENDS: Mapping[Reason, Mend] = {
    Why.OLDER_SIGNATURE: Mend.SIGNATURE,
    Why.WRONG_SIGNATURE: Mend.KEY,
    Why.NO_SUCH_COMPANY: Mend.INVITE,
    Why.NOT_FOR_WORKBOOKS: Mend.ANOTHER,
    Why.PACKAGE: Mend.PACKAGE,
    Why.OWNER_ROLE: Mend.ROLE,
    Hindrance.DEACTIVATED: Mend.ANOTHER,
    Hindrance.EXPIRED: Mend.ANOTHER,
    Hindrance.ACCOUNT_CLOSED: Mend.ACCOUNT,
    Hindrance.OWNER_REMOVED: Mend.INVITE,
    Hindrance.MEMBERSHIP_ENDED: Mend.PERSON,
    Hindrance.MEMBERSHIP_NOT_YET: Mend.PERSON,
    Hindrance.NO_FUNCTION: Mend.PERSON,
    Hindrance.PAUSED: Mend.RESUME,
    Hindrance.STOPPED: Mend.ALLOW_AGAIN,
    Verdict.BLOCKED_IN_GENERAL: Mend.ALLOW,
    Verdict.BLOCKED_FOR_INTEGRATION: Mend.ALLOW,
}
"""Whatever is not named here nobody but the integration's vendor can change."""


BY_ADMINISTRATORS = frozenset(
    {Mend.ALLOW, Mend.ALLOW_AGAIN, Mend.PERSON, Mend.ROLE, Mend.INVITE, Mend.SIGNATURE}
)
"""What an administrator of the company can change."""


def mend_of(reason: Reason) -> Mend:
    """Return what would let a call pass that was refused for a reason."""
    return MENDS.get(reason, Mend.VENDOR)


# --- API calls ------------------------------------------------------------------------------------

LONGEST, AT_ONCE, BY_DAY = timedelta(days=366), timedelta(days=31), timedelta(days=92)
"""How long a period may be; of how much of it single calls are shown; how much is drawn by day."""


class Answered(StrEnum):
    """How calls were answered, as a filter names it; a reason names refusals for it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Asked:
    """Which calls are looked for; ``verdict`` is one of ``Answered``, a reason, or empty for all."""

    since: date
    until: date
    integration: int | None = None
    identifier: int | None = None
    resource: str = ""
    verdict: str = ""

    @property
    def by_month(self) -> bool:
        """Whether the period is drawn by month, since its days would be too many."""
        return self.until - self.since > BY_DAY

    @property
    def singly_since(self) -> date:
        """The first day of which single calls are shown."""
        return max(self.since, self.until - AT_ONCE + timedelta(days=1))


MORNING = 6
"""From this hour on people are mailed: what was counted of yesterday is complete by then."""
NEW = timedelta(days=7)
"""A refusal is new that was not counted for so long before."""


class Refusal(refusals.Reason):
    """Why rights that no call used are not blocked."""

    NOTHING_CHOSEN = "nothing_chosen", Sort.MISTAKE
    TOO_SHORT = "too_short", Sort.MOVED_ON


class Use(NamedTuple):
    """Calls of ninety days that were alike: for which resource, and how answered.

    ``owner`` is the identifier's owner by name, ``whose`` by number.

    ``lately`` is how many of them came since yesterday; ``since`` is the first day of which the
    company has any calls. ``passed`` and ``days`` are what is usual of the integration
    (``usage.Habit``), none where that was not counted lately.
    """

    integration: int
    identifier: int
    resource: str
    verdict: str
    calls: int
    passed: int | None
    days: int | None
    last: datetime
    user_id: str | None
    owner: str | None
    whose: int | None
    lately: int
    since: date


def since(uses: Sequence[Use]) -> date | None:
    """Return the first day of which the company has calls; none without any."""
    return uses[0].since if uses else None


def unused(
    board: Board, uses: Sequence[Use], positions: Mapping[str, int], today: date
) -> dict[Standing, ResourceSet]:
    """Return the rights in force that no call used, of each that has some; new ones are left out."""
    used: dict[int, list[int]] = {}
    for use in uses:
        if not use.verdict and use.resource in positions:
            used.setdefault(use.integration, []).append(positions[use.resource])
    return usage.unused(board, {pk: ResourceSet(found) for pk, found in used.items()}, today)
