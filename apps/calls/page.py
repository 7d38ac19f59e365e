"""What the pages about calls show."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.calls import rules, texts
from apps.calls.reads import Call
from apps.calls.rules import Change, Mark, Mend
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.companies.rules import Capability, Role
from apps.core.forms import LOCAL
from apps.gateway import installation
from apps.gateway import texts as gateway
from apps.gateway.reads import Found
from apps.gateway.rules import Check, Decision, Facts, Why, decide
from apps.gateway.signing import Part, wrong_part
from apps.gateway.texts import Names
from apps.identifiers.models import ApiIdentifier
from apps.people import rules as people
from apps.resources.catalogue import Catalogue
from apps.resources.models import Integration

# --- Check a call ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A call that is asked about, by whom, and the changes of what decides on it."""

    access: CompanyAccess
    call: Call
    catalogue: Catalogue
    changes: Sequence[Change]

    @cached_property
    def position(self) -> int | None:
        """Where the resource stands in sets; none for what is no resource."""
        resource = self.catalogue.by_code.get(self.call.resource)
        return resource.position if resource else None

    @cached_property
    def is_own(self) -> bool:
        """Whether the identifier is the person's own."""
        return self.call.owner == self.access.user.pk


@dataclass(frozen=True)
class Judged:
    """The verdict on a call at a moment; ``sent`` says that it was made then."""

    at: datetime
    facts: Facts
    decision: Decision
    sent: bool = False


@dataclass(frozen=True)
class Verdict:
    """What became of a call at a moment, and why, in a sentence."""

    icon: str
    look: str
    said: str


@dataclass(frozen=True)
class Cell:
    """What became of one check at one moment, and where that can be changed."""

    mark: Mark
    icon: str
    look: str
    word: str | Promise
    column: str
    said: Sequence[str]
    address: str
    label: str


@dataclass(frozen=True)
class Line:
    """One check with what became of it."""

    name: str | Promise
    cells: Sequence[Cell]


@dataclass(frozen=True)
class CheckPage:
    """Every check of a call, then and now or now alone; ``mend`` is the check
    that fails now, if one does; ``grantors`` are there where they can change it and the person
    cannot; ``again`` is where another call is chosen."""

    decision: Decision
    then: Decision | None
    verdicts: Sequence[Verdict]
    facts: Sequence[tuple[str, str]]
    columns: Sequence[str]
    lines: Sequence[Line]
    mend: Cell | None
    grantors: Sequence[Membership] | None
    again: str


def check_page(case: Case, found: Found, now: datetime, at: datetime | None) -> CheckPage:
    """Lay out what decides on a call now, beside an earlier moment if one is asked for."""
    facts = found.facts(accepted=found.accepts(case.call.algorithm, now))
    judged = [Judged(now, facts, decide(facts))]
    when = case.call.row.at if case.call.row else at
    if when:
        judged.insert(0, _then(case, facts, when))
    lines = _lines(case, judged)
    failing = [line.cells[-1] for line in lines if line.cells[-1].mark is Mark.FAILED]
    return CheckPage(
        decision=judged[-1].decision,
        then=judged[0].decision if when else None,
        verdicts=[_verdict(case, one, is_now=one is judged[-1]) for one in judged],
        facts=_facts(case, judged[-1].facts),
        columns=[texts.column_then(one.at) for one in judged[:-1]] + [pgettext("moment", "Now")],
        lines=lines,
        mend=next(iter(failing), None),
        grantors=_grantors(case, judged[-1]),
        again=_again(case, judged[-1].facts, at),
    )


def _then(case: Case, facts: Facts, at: datetime) -> Judged:
    """Judge an earlier moment: of a call that was made the log knows the verdict."""
    then = rules.facts_then(facts, case.call.now, case.changes, at)
    row = case.call.row
    decision = rules.decision_of(row.failed, row.reason) if row else decide(then)
    return Judged(at, then, decision, sent=row is not None)


def _verdict(case: Case, judged: Judged, *, is_now: bool) -> Verdict:
    allowed = judged.decision.allowed
    if is_now:
        said = texts.verdict_now(allowed=allowed)
    else:
        said = texts.verdict_then(judged.at, allowed=allowed, sent=judged.sent)
    icon, look, _word = texts.MARKS[Mark.PASSED if allowed else Mark.FAILED]
    why = gateway.decided(judged.decision, _names(case, judged))
    return Verdict(icon, look, said if allowed else f"{said} {why}")


def _facts(case: Case, facts: Facts) -> list[tuple[str, str]]:
    call = case.call
    told = [
        (_("API identifier"), f"{call.customer}, {call.owner_name}"),
        (_("Integration"), _integration(case, facts)),
        (_("Resource"), _resource(case)),
    ]
    if call.row:
        told = [(_("Request ID"), call.row.request_id), *told]
    return told


def _integration(case: Case, facts: Facts) -> str:
    """Return the integration's name, as far as the company knows of it (docs/decisions/004)."""
    return case.call.integration.name if _is_known(case, facts) else str(texts.CUSTOM)


def _is_known(case: Case, facts: Facts) -> bool:
    chosen = case.call.row is None
    return chosen or facts.own is not None or not case.call.integration.is_custom


def _resource(case: Case) -> str:
    one = case.catalogue.by_code.get(case.call.resource)
    return f"{one.name} ({one.code})" if one else case.call.resource or _("none")


def _names(case: Case, judged: Judged) -> Names:
    call, facts = case.call, judged.facts
    resource = case.catalogue.by_code.get(call.resource)
    listed = facts.own is not None
    now = Names.of(case.access.company, call.integration, resource, listed=listed)
    return replace(
        now,
        package=gateway.package(facts.package) if facts.package else now.package,
        integration=_integration(case, facts),
        user_id=call.customer,
        owner=call.owner_name,
        resource=now.resource or call.resource,
        algorithm=call.algorithm.value,
    )


def _lines(case: Case, judged: Sequence[Judged]) -> list[Line]:
    shown = [check for check in Check if check is not Check.UNIQUE or case.call.row]
    columns = [_cells(case, one, is_now=one is judged[-1]) for one in judged]
    return [Line(texts.CHECKS[check], [cells[check] for cells in columns]) for check in shown]


def _cells(case: Case, judged: Judged, *, is_now: bool) -> dict[Check, Cell]:
    marks = rules.marks(judged.decision, sent=judged.sent)
    return {check: _cell(case, judged, check, mark, is_now) for check, mark in marks.items()}


def _cell(case: Case, judged: Judged, check: Check, mark: Mark, is_now: bool) -> Cell:  # noqa: FBT001
    icon, look, word = texts.MARKS[mark]
    said = [_said(case, judged, check, mark), _since(case, judged, check, mark)]
    address, label = "", ""
    reason = judged.decision.reason
    if mark is Mark.FAILED and reason is not None and (is_now or check is Check.TIME):
        address, label, who = _mend(case, judged, rules.mend_of(reason))
        said.append(who)
    column = pgettext("moment", "Now") if is_now else pgettext("moment", "Then")
    return Cell(mark, icon, look, word, column, [one for one in said if one], address, label)


def _said(case: Case, judged: Judged, check: Check, mark: Mark) -> str:
    names = _names(case, judged)
    if mark is Mark.NOT_REACHED:
        return str(texts.MARKS[mark][2])
    if mark is Mark.FAILED and judged.decision.reason is not None:
        said, row = gateway.why(judged.decision.reason, names), case.call.row
        late = judged.decision.reason is Why.NOT_TIMELY and row is not None
        return f"{said} {texts.lag(row.lag)}" if row and late else said
    is_claim = case.call.row is None and check in texts.CLAIMS
    if mark is Mark.NOT_ASKED or is_claim:
        return str(texts.CLAIMS[check] % vars(names))
    return gateway.passes(check, names)


def _since(case: Case, judged: Judged, check: Check, mark: Mark) -> str:
    """Say since when it is so and by whom, to those who may see such changes."""
    decides = mark is Mark.FAILED or (check is Check.RIGHT and mark is Mark.PASSED)
    if not decides:
        return ""
    change = rules.explaining(judged.decision, case.position, case.changes, judged.at)
    access = case.access
    if not change or not (access.may_view_rights if change.of_rights else access.may_view_history):
        return ""
    return texts.since(judged.decision.reason, change.at, change.who)


def _mend(case: Case, judged: Judged, mend: Mend) -> tuple[str, str, str]:
    """Return where it can be changed, and who may; empty where the person needs no telling."""
    address, may = _place(case, judged.facts, mend)
    names = vars(_names(case, judged))
    who = "" if may else str(texts.WHO_MAY[mend] % names)
    return address, str(texts.LINKS[mend]) if address else "", who


def _grantors(case: Case, judged: Judged) -> Sequence[Membership] | None:
    """Return who can be asked, where administrators can change it and the person cannot."""
    reason = judged.decision.reason
    mend = Mend.VENDOR if reason is None else rules.mend_of(reason)
    if mend not in rules.BY_ADMINISTRATORS or _place(case, judged.facts, mend)[1]:
        return None
    return case.call.grantors


def _place(case: Case, facts: Facts, mend: Mend) -> tuple[str, bool]:
    """Return the address where it is changed, or none, and whether the person may change it."""
    access, call = case.access, case.call
    edits_users = Capability.EDIT_USERS in access.capabilities
    match mend:
        case Mend.ALLOW if access.may_view_rights:
            return _switch(case, facts), access.may_edit_rights
        case Mend.ALLOW_AGAIN if access.oversees_identifiers:
            sought = urlencode({"q": call.customer})
            return f"{_url(case, 'api_identifiers')}?{sought}#o-{call.identifier}", True
        case Mend.RESUME if case.is_own:
            return _url(case, "api_identifier", call.identifier), True
        case Mend.ANOTHER if case.is_own:
            return _url(case, "api_identifiers"), access.may_create_identifiers
        case Mend.PERSON | Mend.ROLE if edits_users and call.member:
            return _person(case, facts)
        case Mend.INVITE if edits_users:
            return _url(case, "invite_user"), True
        case Mend.SIGNATURE if access.may_view_rights:
            older = f"{_url(case, 'older_signatures')}#{call.algorithm.lower()}"
            return older, access.may_edit_rights
    return "", False


def _person(case: Case, facts: Facts) -> tuple[str, bool]:
    """Return where the owner's rights are changed, if the person may touch them, and give the role."""
    owner = facts.holder.owner if facts.holder else None
    held = owner.grants.roles if owner and owner.grants else frozenset()
    needed = (
        {Role(facts.resource.owner_role)} if facts.resource and facts.resource.owner_role else set()
    )
    giver = case.access.grants
    reachable, may = (
        people.may_assign(giver=giver, is_self=case.is_own, now=held, wanted=wanted) is None
        for wanted in (held, held | needed)
    )
    return _url(case, "edit_user", case.call.member) if reachable else "", may


def _switch(case: Case, facts: Facts) -> str:
    """Return where the switch is; a custom integration is first found there by its access key."""
    one, code = case.call.integration, urlencode({"find": case.call.resource})
    if one.is_custom and facts.own is None:
        return _url(case, "rights")
    return f"{_url(case, 'integration_rights', one.public_id)}?{code}#r-{case.position}"


def _url(case: Case, name: str, *parts: object) -> str:
    return reverse(name, args=[case.access.company.business_id, *parts])


def _again(case: Case, facts: Facts, at: datetime | None) -> str:
    """Return where another call can be chosen, this one filled in."""
    call = case.call
    asked = {"change": "1", "identifier": call.customer, "resource": call.resource}
    if _is_known(case, facts):
        asked["integration"] = call.integration.public_id
    if at:
        asked["at"] = timezone.localtime(at).strftime(LOCAL)
    return f"{_url(case, 'check_call')}?{urlencode(asked)}"


HIDDEN = "••••••••"
KEY_LIKE = re.compile(r"[0-9A-Fa-f]{32,}")


@dataclass(frozen=True)
class Compared:
    """What is wrong with the text that a program signed, and the text without the two keys."""

    said: str
    right: bool
    text: str


def compared(
    access: CompanyAccess, own: ApiIdentifier, integration: Integration, parts: Mapping[Part, str]
) -> Compared:
    """Compare a signed text, part by part; raises UnreadableValueError when no key opens a Key."""
    here = installation.read(**settings.GATEWAY)
    right = {
        Part.CUSTOMER: own.user_id,
        Part.COMPANY: access.company.business_id,
        Part.KEY: own.key.reveal(),
        Part.PARTNER_KEY: integration.partner_key.reveal(),
    }
    wrong = wrong_part(parts, right, here.bases)
    names = {
        "user_id": own.user_id,
        "company": access.company.business_id,
        "integration": integration.name,
        "base": here.bases[0],
    }
    keys = (Part.KEY, Part.PARTNER_KEY)
    shown = [HIDDEN if part in keys else KEY_LIKE.sub(HIDDEN, text) for part, text in parts.items()]
    return Compared(str(texts.PARTS[wrong] % names), wrong is None, "&".join(shown))
