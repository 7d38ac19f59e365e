"""One question answered: read the facts, decide by the rules, write it down, then answer.

And what a company changes about it: which older ways of signing it accepts.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from apps.audit.services import Entry, record
from apps.companies.access import CompanyAccess
from apps.companies.rules import Capability
from apps.core import refusals
from apps.core.days import end_of
from apps.core.fields import Secret
from apps.gateway import reads, rules, signing, texts
from apps.gateway.installation import Installation
from apps.gateway.models import OlderSignature
from apps.gateway.reads import Found
from apps.gateway.rules import MALFORMED, STRANGER, Code, Decision, Facts
from apps.gateway.signing import Algorithm, MalformedError, Match, Question
from apps.usage import services as usage
from apps.usage.services import Refused, Tally

logger = logging.getLogger(__name__)
NOBODY = ("0" * 32, "0" * 32)
"""Keys that nobody has: an unknown identifier is answered after the same work as a known one."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONG = 2**31 - 1
tally = Tally()


@dataclass(frozen=True)
class Answer:
    """What the gateway is told: to let the request pass, or the refusal for its client."""

    status: int
    code: Code | None
    text: str
    request: str
    at: datetime


STATUS = {
    Code.AUTHENTICATION_FAILED: 401,
    Code.REQUEST_NOT_UNIQUE: 401,
    Code.SERVICE_ACCESS_ERROR: 403,
    Code.TECHNICAL_ERROR: 503,
}


def ask(
    environ: Mapping[str, str], target: str, method: str, asked: Installation, now: datetime
) -> Answer:
    """Answer whether a request may pass; whatever goes wrong here, it may not."""
    number = new_request_id()
    try:
        question = signing.read(environ, target)
    except MalformedError:
        tally.add(Refused(hour_of(now), MALFORMED.why))
        return refuse(MALFORMED, number, now)
    try:
        case = open_case(question, asked, now)
        decision = judge(case, number, method)
    except Exception:
        logger.exception("The request %s could not be judged", number)
        return technical_error(number, now)
    if decision.allowed:
        return Answer(asked.passing, None, "", number, now)
    return refuse(decision, number, now, resource=case.resource, company=question.company)


def stranger(number: str, now: datetime) -> Answer:
    """Refuse somebody who is no gateway of ours."""
    tally.add(Refused(hour_of(now), STRANGER.why))
    return Answer(403, Code.SERVICE_ACCESS_ERROR, texts.GENERAL, number, now)


@dataclass(frozen=True)
class Case:
    """A question with everything that was found about it."""

    question: Question
    found: Found
    match: Match | None
    resource: str
    timely: bool
    now: datetime

    def facts(self, *, unique: bool = True) -> Facts:
        """Return what the decision rests on."""
        facts = self.found.facts(
            accepted=self.found.accepts(self.question.algorithm, self.now),
            signed=self.match is not None and self.found.keys is not None,
            timely=self.timely,
            unique=unique,
        )
        return facts if self.resource else replace(facts, resource=None)

    def row(self, match: Match, decision: Decision, number: str, method: str) -> dict[str, Any]:
        """Return its row of the log; a signature that is not fresh stands at its arrival."""
        signed_at = self.question.signed_at or self.now
        return {
            "day": (signed_at if self.timely else self.now).astimezone(UTC).date(),
            "request_id": number,
            "at": self.now,
            **self.found.numbers,
            "resource": self.resource,
            "failed": decision.failed or "",
            "reason": decision.why,
            "transaction_id": self.question.transaction,
            "replay_key": replay_key(self.question) if self.timely else None,
            "method": method[:10],
            "parameters": " ".join(signing.parameters_of(self.question))[:500],
            "algorithm": self.question.algorithm,
            "lag": round(max(-LONG, min(LONG, (self.now - signed_at).total_seconds()))),
            "base": str(match.base),
            "encoding": match.encoding,
            "unescaped": match.unescaped,
        }

    def refused(self, decision: Decision) -> Refused:
        """Return as what it is counted; a company only where the owner belongs to it."""
        holder, numbers = self.found.holder, self.found.numbers
        belongs = holder is not None and holder.owner.grants is not None
        return Refused(
            hour_of(self.now),
            decision.why,
            numbers["identifier"] or 0,
            numbers["integration"] or 0,
            (belongs and numbers["company"]) or 0,
        )


def open_case(question: Question, asked: Installation, now: datetime) -> Case:
    """Find out about a question all that decides; one statement."""
    return case_of(question, reads.found(question, named_in(question, asked), now), asked, now)


def named_in(question: Question, asked: Installation) -> str:
    """Return the resource that a question names, or nothing."""
    return next(filter(None, (base.resource(question) for base in asked.bases)), "")


def case_of(question: Question, found: Found, asked: Installation, now: datetime) -> Case:
    """Return a question with what was found about it; no statement."""
    named = named_in(question, asked)
    match = signing.match(question, keys(found), asked.bases)
    signed_at = question.signed_at
    return Case(
        question=question,
        found=found,
        match=match,
        resource=named if match is None or match.base.resource(question) == named else "",
        timely=signed_at is not None and abs(now - signed_at) <= asked.lag,
        now=now,
    )


def judge(case: Case, number: str, method: str) -> Decision:
    """Return the verdict, written down: one statement where it is known who asks."""
    decision = rules.decide(case.facts())
    if case.match is None or not decision.authenticated:
        tally.add(case.refused(decision))
        return decision
    if usage.write(case.row(case.match, decision, number, method), durably=decision.allowed):
        return decision
    repeated = rules.decide(case.facts(unique=False))
    tally.add(case.refused(repeated))
    return repeated


def keys(found: Found) -> tuple[str, str]:
    """Return the two keys that sign, or two that nobody has where one of them is missing."""
    if found.keys is None:
        return NOBODY
    identifier, partner = found.keys
    return opened(identifier), opened(partner)


def opened(secret: Secret) -> str:
    """Return a key; raises UnreadableValueError when no configured key opens it."""
    return _opened(secret.stored)


@lru_cache(maxsize=4096)
def _opened(stored: str) -> str:
    """Keep what was opened by how it is stored: a row that changes is opened anew."""
    return Secret(stored).reveal()


def replay_key(question: Question) -> bytes:
    """Return what a request shares with its own repetition alone: all of it is signed."""
    parts = "\0".join([question.partner, question.transaction, question.company])
    return hashlib.sha256(parts.encode()).digest()[:16]


def new_request_id() -> str:
    """Return a number that a person can read out: it says nothing and cannot be guessed."""
    letters = "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def hour_of(moment: datetime) -> datetime:
    """Return when its hour began."""
    return moment.replace(minute=0, second=0, microsecond=0)


def refuse(
    decision: Decision, number: str, now: datetime, *, resource: str = "", company: str = ""
) -> Answer:
    """Return what the client of a refused request is told."""
    said = texts.refusal(decision, resource=resource, company=company, request=number)
    return Answer(STATUS[decision.code], decision.code, said, number, now)


def technical_error(number: str, now: datetime) -> Answer:
    """Return the answer to what could not be judged."""
    return Answer(503, Code.TECHNICAL_ERROR, f"{texts.TECHNICAL} Request {number}.", number, now)


def accept(access: CompanyAccess, algorithm: Algorithm, last_day: date) -> None:
    """Let a company accept an older way of signing up to and including a day.

    Raises PermissionDenied without the company's lock or the right to edit rights, and Refused
    for a day that is past or too far ahead.
    """
    access.require(Capability.EDIT_RIGHTS)
    wrong = rules.wrong_last_day(last_day, today=timezone.localdate())
    if wrong:
        raise refusals.Refused(wrong)
    before = reads.accepted(access, timezone.now()).get(algorithm)
    if last_day != before:
        OlderSignature.objects.update_or_create(
            company=access.company, algorithm=algorithm, defaults={"until": end_of(last_day)}
        )
        _record(access, "signature:accept", algorithm, before, last_day)


def end(access: CompanyAccess, algorithm: Algorithm) -> None:
    """Accept an older way of signing no more; raises PermissionDenied as ``accept`` does."""
    access.require(Capability.EDIT_RIGHTS)
    before = reads.accepted(access, timezone.now()).get(algorithm)
    OlderSignature.objects.filter(company=access.company, algorithm=algorithm).delete()
    if before:
        _record(access, "signature:end", algorithm, before, None)


def _record(
    access: CompanyAccess, verb: str, algorithm: Algorithm, before: date | None, after: date | None
) -> None:
    told = [{"last_day": day.isoformat() if day else None} for day in (before, after)]
    subject = ("signature", None, algorithm.value)
    record(access.scene, [Entry(verb, *subject, before=told[0], after=told[1])])
