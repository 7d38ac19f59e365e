"""Whether a request of the interface may pass: pure decisions, no database.

Each check asks the rule that the pages ask; none is repeated here. Source: the help articles
"API identifiers" and "Rights of interface resources", and docs/decisions/013.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import TypeVar

from apps.companies.rules import includes_interface
from apps.core import refusals
from apps.core.refusals import Kind
from apps.identifiers.rules import Hindrance, Owner, Purpose, State, hindrance
from apps.resources.rules import EVERYTHING, NOTHING, ResourceSet, Verdict, right_in_force


class Check(StrEnum):
    """What a request is checked for, in order; the first that fails is the verdict."""

    FORM = "form"
    PARTNER = "partner"
    IDENTIFIER = "identifier"
    SIGNATURE = "signature"
    TIME = "time"
    UNIQUE = "unique"
    COMPANY = "company"
    WORKS_HERE = "works_here"
    WORKBOOK = "workbook"
    PACKAGE = "package"
    RESOURCE = "resource"
    OWNER_ROLE = "owner_role"
    IN_USE = "in_use"
    RIGHT = "right"

    @property
    def authenticates(self) -> bool:
        """Whether nobody knows who asked until it has passed."""
        return self in AUTHENTICATING


AUTHENTICATING = frozenset({Check.FORM, Check.PARTNER, Check.IDENTIFIER, Check.SIGNATURE})


class Code(StrEnum):
    """The interface's own codes of refusals, which clients know."""

    AUTHENTICATION_FAILED = "AUTHENTICATION_FAILED"
    REQUEST_NOT_UNIQUE = "REQUEST_NOT_UNIQUE"
    SERVICE_ACCESS_ERROR = "SERVICE_ACCESS_ERROR"
    TECHNICAL_ERROR = "TECHNICAL_ERROR"


class Why(StrEnum):
    """Why a check fails, where its name does not say it all."""

    STRANGER = "stranger"
    MALFORMED = "malformed"
    UNKNOWN_PARTNER = "unknown_partner"
    UNKNOWN_IDENTIFIER = "unknown_identifier"
    OLDER_SIGNATURE = "older_signature"
    WRONG_SIGNATURE = "wrong_signature"
    NOT_TIMELY = "not_timely"
    USED_BEFORE = "used_before"
    NO_SUCH_COMPANY = "no_such_company"
    NOT_FOR_WORKBOOKS = "not_for_workbooks"
    PACKAGE = "package"
    NO_SUCH_RESOURCE = "no_such_resource"
    RETIRED_RESOURCE = "retired_resource"
    OWNER_ROLE = "owner_role"
    RETIRED_INTEGRATION = "retired_integration"


T = TypeVar("T")
Reason = Why | Hindrance | Verdict


@dataclass(frozen=True)
class Caller:
    """The integration that asks."""

    built_in: bool
    limit: ResourceSet | None
    retired: bool


@dataclass(frozen=True)
class Holder:
    """The identifier that is used, and its owner as the company knows them."""

    state: State
    purpose: str
    owner: Owner
    stopped: bool


@dataclass(frozen=True)
class Resource:
    """What is asked for."""

    position: int
    owner_role: str
    retired: bool


@dataclass(frozen=True)
class Facts:
    """Everything that a decision rests on; what is missing is none.

    ``own`` are the integration's rights in the company, ``general`` those of every integration
    that has none of its own.
    """

    caller: Caller | None
    holder: Holder | None
    accepted: bool
    signed: bool
    timely: bool
    unique: bool
    package: str | None
    resource: Resource | None
    own: ResourceSet | None
    general: ResourceSet | None


def partner(facts: Facts) -> Reason | None:
    """The partner is one of ours."""
    return None if facts.caller else Why.UNKNOWN_PARTNER


def identifier(facts: Facts) -> Reason | None:
    """The User ID is one of ours."""
    return None if facts.holder else Why.UNKNOWN_IDENTIFIER


def signature(facts: Facts) -> Reason | None:
    """It is signed with both keys, in a way that the company accepts."""
    if not facts.signed:
        return Why.WRONG_SIGNATURE
    return None if facts.accepted else Why.OLDER_SIGNATURE


def time(facts: Facts) -> Reason | None:
    """It was signed just now."""
    return None if facts.timely else Why.NOT_TIMELY


def unique(facts: Facts) -> Reason | None:
    """It was not sent before."""
    return None if facts.unique else Why.USED_BEFORE


def company(facts: Facts) -> Reason | None:
    """The company is known and the owner belongs to it: one answer for both.

    So nobody learns which companies there are.
    """
    belongs = facts.holder is not None and facts.holder.owner.grants is not None
    return None if facts.package is not None and belongs else Why.NO_SUCH_COMPANY


def works_here(facts: Facts) -> Reason | None:
    """Nothing keeps the identifier from working in the company."""
    holder = _there(facts.holder)
    return hindrance(state=holder.state, owner=holder.owner, stopped=holder.stopped)


def workbook(facts: Facts) -> Reason | None:
    """An Excel identifier serves only what is built in and limited."""
    caller, holder = _there(facts.caller), _there(facts.holder)
    fits = caller.built_in and caller.limit is not None
    return None if fits or holder.purpose != Purpose.EXCEL else Why.NOT_FOR_WORKBOOKS


def package(facts: Facts) -> Reason | None:
    """The company's package carries it, or it is built in."""
    carried = _there(facts.caller).built_in or includes_interface(_there(facts.package))
    return None if carried else Why.PACKAGE


def resource(facts: Facts) -> Reason | None:
    """It names one resource of ours that is not retired."""
    if facts.resource is None:
        return Why.NO_SUCH_RESOURCE
    return Why.RETIRED_RESOURCE if facts.resource.retired else None


def owner_role(facts: Facts) -> Reason | None:
    """The owner has the role that the resource needs."""
    needed, grants = _there(facts.resource).owner_role, _there(facts.holder).owner.grants
    held = not needed or needed in _there(grants).roles
    return None if held else Why.OWNER_ROLE


def in_use(facts: Facts) -> Reason | None:
    """A retired integration goes on only where it has rights of its own."""
    goes_on = not _there(facts.caller).retired or facts.own is not None
    return None if goes_on else Why.RETIRED_INTEGRATION


def right(facts: Facts) -> Reason | None:
    """The resource is available to the integration, and allowed."""
    limit = _there(facts.caller).limit
    position = _there(facts.resource).position
    verdict = right_in_force(
        available=position in (EVERYTHING if limit is None else limit),
        listed=facts.own is not None,
        specific=position in (facts.own or NOTHING),
        general=position in (facts.general or NOTHING),
    )
    return None if verdict else verdict


def _there(found: T | None) -> T:
    """Return what an earlier check has found; raises LookupError when it has not."""
    if found is None:
        raise LookupError("a check came before the one that finds what it asks about")
    return found


CHECKS: Mapping[Check, Callable[[Facts], Reason | None]] = {
    Check.PARTNER: partner,
    Check.IDENTIFIER: identifier,
    Check.SIGNATURE: signature,
    Check.TIME: time,
    Check.UNIQUE: unique,
    Check.COMPANY: company,
    Check.WORKS_HERE: works_here,
    Check.WORKBOOK: workbook,
    Check.PACKAGE: package,
    Check.RESOURCE: resource,
    Check.OWNER_ROLE: owner_role,
    Check.IN_USE: in_use,
    Check.RIGHT: right,
}
"""Every check but the first, the form: what has none brings no facts."""
CODES: Mapping[Check | None, Code] = {
    **dict.fromkeys((*AUTHENTICATING, Check.TIME, Check.COMPANY), Code.AUTHENTICATION_FAILED),
    Check.UNIQUE: Code.REQUEST_NOT_UNIQUE,
}
"""Every other check that fails is a matter of rights."""


class Outcome(StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class Decision:
    """The verdict: the first check that failed and why, or none, and then the request may pass."""

    failed: Check | None
    reason: Reason | None

    @property
    def allowed(self) -> bool:
        """Whether the request may pass."""
        return self.failed is None

    @property
    def authenticated(self) -> bool:
        """Whether it is known who asked: the signature was right."""
        return self.failed is None or not self.failed.authenticates

    @property
    def why(self) -> str:
        """The reason as it is written down; empty where there is none."""
        return "" if self.reason is None else self.reason.value

    @property
    def code(self) -> Code:
        """The interface's code of the refusal."""
        return CODES.get(self.failed, Code.SERVICE_ACCESS_ERROR)

    @property
    def outcomes(self) -> dict[Check, Outcome]:
        """What became of every check, in order."""
        passed = list(takewhile(lambda check: check is not self.failed, Check))
        return {
            check: Outcome.PASSED
            if check in passed
            else Outcome.FAILED
            if check is self.failed
            else Outcome.NOT_REACHED
            for check in Check
        }


STRANGER = Decision(Check.FORM, Why.STRANGER)
"""Somebody asks who is no gateway of ours."""
MALFORMED = Decision(Check.FORM, Why.MALFORMED)


OF_INTEGRATION = (Check.PACKAGE, Check.RESOURCE, Check.IN_USE, Check.RIGHT)
"""The checks that ask nothing of an identifier and its owner."""


def decide(facts: Facts, checks: Iterable[Check] = tuple(CHECKS)) -> Decision:
    """Return the verdict on a request of plain form: the first check that fails decides."""
    for check in checks:
        reason = CHECKS[check](facts)
        if reason is not None:
            return Decision(check, reason)
    return Decision(None, None)


LONGEST = timedelta(days=90)
"""How long an older way of signing is accepted at most: until then its program is brought up to date."""


class Refusal(refusals.Reason):
    """Why a day is not the last on which an older way of signing is accepted."""

    PAST = "past", Kind.MISTAKE
    TOO_LATE = "too_late", Kind.MISTAKE


def wrong_last_day(day: date, *, today: date) -> Refusal | None:
    """Return what is wrong with the last day on which an older way of signing is to be accepted."""
    if day < today:
        return Refusal.PAST
    return Refusal.TOO_LATE if day > today + LONGEST else None
