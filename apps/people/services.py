"""Changing memberships and invitations: decide by the rules, save, record.

The guard holds the company's lock, so the access is the giver of rights as they are now. Only
accepting an invitation, which is open to strangers, locks by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.audit.services import Entry, Scene, record
from apps.companies.access import CompanyAccess, enter
from apps.companies.models import Company, Membership
from apps.companies.rules import Capability, Level, Validity, validity
from apps.core.limits import Full, Limit
from apps.core.refusals import Refused
from apps.people import reads, rules
from apps.people.models import Invitation, new_end, new_nonce, rights_of
from apps.people.rules import NO_RIGHTS, Refusal, Rights, Trouble

SENT_AGAIN = Limit("invitation:again", 5, timedelta(days=1))
"""Of one invitation: nobody's mailbox is filled by pressing a button."""


@dataclass(frozen=True)
class Guest:
    """Whom rights are for; members are named already.

    ``once`` belongs to one rendering of the form: sending it twice invites once.
    """

    email: str
    name: str
    once: UUID | None = None


@dataclass(frozen=True)
class Sent:
    """An invitation, and whether a mail shall go out: not when the same form was sent before."""

    invitation: Invitation
    goes_out: bool = True


@dataclass(frozen=True)
class Copying:
    """What is copied: roles and levels always, the period if asked.

    ``seen`` is the mark of the rights to copy, ``replaced`` that of the rights that a member has
    so far; nothing for somebody who is no member. ``give`` is a level of interface resources that
    is given besides.
    """

    with_period: bool
    seen: str
    replaced: str = ""
    give: Level | None = None

    def result(self, source: Rights, target: Rights) -> Rights:
        """Return what somebody has afterwards: without the period they keep their own."""
        grants = rules.with_interface(source.grants, self.give)
        return replace(source if self.with_period else target, grants=grants)


def reachable(access: CompanyAccess, pk: int) -> Membership:
    """Return a member whose rights the person may touch; raises as ``edit`` does."""
    member = reads.member(access, pk)
    held = rights_of(member)
    _check(access, member.user, held, held)
    return member


def copyable(access: CompanyAccess, pk: int) -> Membership:
    """Return a member whose rights the person may copy; raises as ``edit`` does."""
    member = reads.member(access, pk)
    if refusal := rules.may_copy(access.grants, member.grants.roles):
        raise Refused(refusal)
    return member


def edit(access: CompanyAccess, pk: int, wanted: Rights, *, seen: str) -> bool:
    """Give a member other rights, and return whether they differ from those seen.

    ``seen`` is the mark of the rights that the person saw. Raises Membership.DoesNotExist for
    somebody who is no member, and Refused: as ``rules.may_assign`` decides, when the company
    would lose its last administrator, and when ``seen`` is not true any more.
    """
    access.require(Capability.EDIT_USERS)
    return _change(access, reads.member(access, pk), wanted, seen=seen)


def remove(access: CompanyAccess, pk: int, *, seen: str) -> None:
    """Take a member out of the company; what they did stays. Raises as ``edit`` does."""
    access.require(Capability.EDIT_USERS)
    member = reads.member(access, pk)
    before = _checked(access, member, NO_RIGHTS, seen)
    access.company.former_members.update_or_create(
        user=member.user, defaults={"removed_at": timezone.now(), "number": member.pk}
    )
    member.delete()
    _record(access.scene, "membership:remove", member.user, before=before)


def copy(access: CompanyAccess, pk: int, guest: Guest, copying: Copying) -> Membership | Sent:
    """Give somebody, member or not, the roles and levels of a member, perhaps the period too.

    Raises as ``invite`` and ``edit`` do.
    """
    access.require(Capability.EDIT_USERS)
    source = rights_of(copyable(access, pk))
    target = reads.member_by_email(access, guest.email)
    if source.mark != copying.seen or (copying.replaced and not target):
        raise Refused(Refusal.MOVED_ON)
    if target is None:
        return _bring_in(access, guest, copying.result(source, NO_RIGHTS))
    wanted = copying.result(source, rights_of(target))
    _change(access, target, wanted, seen=copying.replaced)
    return target


def invite(access: CompanyAccess, guest: Guest, rights: Rights) -> Sent:
    """Invite somebody, in the same way whether or not they have an account.

    Raises Refused: as ``rules.may_assign`` decides, for a member, for somebody who is invited
    already, and without a name.
    """
    access.require(Capability.EDIT_USERS)
    return _bring_in(access, guest, rights)


def check_is_new(access: CompanyAccess, email: str) -> None:
    """Raise Refused for a member, and for somebody who is invited already."""
    if reads.member_by_email(access, email):
        raise Refused(Refusal.MEMBER_ALREADY)
    if reads.invitations_of(access, email).exists():
        raise Refused(Refusal.INVITED_ALREADY)


def send_again(access: CompanyAccess, pk: int) -> Sent:
    """Let an invitation last seven days from now, with a new link; the old one works no more.

    From now on it is this person's. Raises as ``withdraw`` and ``invite`` do, and Refused after
    five times in a day.
    """
    access.require(Capability.EDIT_USERS)
    invitation = reads.invitation(access, pk)
    _check(access, None, invitation.rights, invitation.rights)
    _check(access, None, NO_RIGHTS, invitation.rights)
    _count_sending(invitation)
    after = {"nonce": new_nonce(), "expires_at": new_end(), "invited_by": access.user}
    _save(invitation, {**after, "mailed_at": None, "trouble": ""})
    _record(access.scene, "membership:invite", invitation, after=invitation.rights)
    return Sent(invitation)


def _count_sending(invitation: Invitation) -> None:
    try:
        SENT_AGAIN.take(str(invitation.pk))
    except Full:
        raise Refused(Refusal.SENT_OFTEN) from None


def mailed(invitation: Invitation) -> None:
    """Remember that the mail server took the mail of an invitation."""
    _note_mail(invitation, mailed_at=timezone.now(), trouble="")


def not_mailed(invitation: Invitation, trouble: Trouble) -> None:
    """Remember why it did not, for whoever invited."""
    _note_mail(invitation, trouble=trouble)


def _note_mail(invitation: Invitation, **what: Any) -> None:
    """Note it unless a new link was made meanwhile, whose mail is another."""
    Invitation.objects.filter(pk=invitation.pk, nonce=invitation.nonce).update(**what)


def withdraw(access: CompanyAccess, pk: int) -> Invitation:
    """Let an invitation never be accepted; doing it again changes nothing.

    Raises Invitation.DoesNotExist for one that is not of this company, and Refused for one that
    was accepted or holds roles which the person may not take.
    """
    access.require(Capability.EDIT_USERS)
    invitation = reads.unaccepted(access, pk)
    held = invitation.rights
    _check(access, None, held, held)
    if invitation.withdrawn_at is None:
        _save(invitation, {"withdrawn_at": timezone.now()})
        _record(access.scene, "membership:withdraw", invitation, before=held)
    return invitation


@transaction.atomic
def accept(nonce: str, *, user: User | None, name: str = "", password: str = "") -> User:
    """Make the invited person a member, once, and return them.

    ``user`` is whoever is signed in; without one a new account is made of name and password.
    Raises Refused: when the invitation is gone, when somebody else, or nobody, is signed in
    although the email has an account, and when the inviter may no longer give these rights.
    Raises IntegrityError when such an account is made at the same moment.
    """
    giver = _inviter(reads.waiting(nonce))
    invitation = reads.waiting(nonce)  # again, now that nobody else can accept it
    if giver:
        _check(giver, None, NO_RIGHTS, invitation.rights)
    guest, company = _account(invitation, user, name, password), invitation.company
    if company.memberships.filter(user=guest).exists():
        raise Refused(Refusal.GONE)
    _join(company, guest, invitation.rights)
    if invitation.office:
        invitation.office.people.add(guest)
    scene = Scene(guest.pk, str(guest), company_id=company.pk, company=str(company))
    _record(scene, "membership:accept", guest, after=invitation.rights)
    _save(invitation, {"accepted_at": timezone.now()})
    return guest


def _inviter(invitation: Invitation) -> CompanyAccess | None:
    """Lock the company, and return the access of whoever invites to it as it is now.

    Nobody's if site staff do, who may give everything.
    """
    user = invitation.invited_by
    if user is None:
        Company.objects.select_for_update(no_key=True).get(pk=invitation.company_id)
        return None
    mine = Membership.objects.locked(user).in_force()
    membership = mine.filter(company=invitation.company).first()
    if membership is None:
        raise Refused(Refusal.NO_ADMINISTRATOR)
    return enter(membership, user, locked=True)


def _account(invitation: Invitation, user: User | None, name: str, password: str) -> User:
    account = reads.account(invitation.email)
    if account is None and user is None:
        language = translation.get_language() or ""
        return User.objects.create_user(invitation.email, password, name=name, language=language)
    if account is None or account != user:
        raise Refused(Refusal.HAS_ACCOUNT)
    return account


def _check(access: CompanyAccess, user: User | None, now: Rights, wanted: Rights) -> None:
    """Raise Refused unless the person may bring somebody's rights from ``now`` to ``wanted``.

    Somebody who has no account yet is not oneself.
    """
    refusal = rules.may_assign(
        giver=access.grants,
        is_self=user == access.user,
        now=now.grants.roles,
        wanted=wanted.grants.roles,
    )
    if refusal:
        raise Refused(refusal)


def _checked(access: CompanyAccess, member: Membership, wanted: Rights, seen: str) -> Rights:
    before, now = rights_of(member), timezone.now()
    _check(access, member.user, before, wanted)
    if before.mark not in (seen, wanted.mark):  # the latter when a form is sent twice
        raise Refused(Refusal.MOVED_ON)
    if rules.weakens(before, wanted, now):
        others = (rights_of(one) for one in reads.other_administrators(access, member))
        if not rules.outlasted(before, others, now):
            raise Refused(Refusal.LAST_ADMINISTRATOR)
    return before


def _change(access: CompanyAccess, member: Membership, wanted: Rights, *, seen: str) -> bool:
    before = _checked(access, member, wanted, seen)
    if wanted.mark != before.mark:
        _save(member, _columns(wanted))
        _record(access.scene, _verb(before, wanted), member.user, before=before, after=wanted)
    return wanted.mark != seen


def _bring_in(access: CompanyAccess, guest: Guest, rights: Rights) -> Sent:
    if before := reads.invitation_made_by(access, guest.once):
        return Sent(before, goes_out=False)
    _check(access, reads.account(guest.email), NO_RIGHTS, rights)
    check_is_new(access, guest.email)
    if not guest.name:
        raise Refused(Refusal.NAMELESS)
    return _invited(access, guest, rights)


def _join(company: Company, user: User, rights: Rights) -> None:
    company.former_members.filter(user=user).delete()
    company.memberships.create(user=user, **_columns(rights))


def _invited(access: CompanyAccess, guest: Guest, rights: Rights) -> Sent:
    invitation = access.company.invitations.create(
        email=guest.email,
        name=guest.name,
        invited_by=access.user,
        once=guest.once,
        **_columns(rights),
    )
    _record(access.scene, "membership:invite", invitation, after=rights)
    return Sent(invitation)


def _verb(before: Rights, after: Rights) -> str:
    def ended(rights: Rights) -> bool:
        start, end = rights.period
        return validity(now=timezone.now(), start=start, end=end) is Validity.ENDED

    return "membership:end" if ended(after) and not ended(before) else "membership:edit"


def _columns(rights: Rights) -> dict[str, Any]:
    """Return rights as memberships and invitations hold them."""
    start, end = rights.period
    held = rights.grants
    return {"roles": held.roles, "levels": held.levels, "valid_from": start, "valid_until": end}


def _save(row: Membership | Invitation, after: dict[str, Any]) -> None:
    for name, value in after.items():
        setattr(row, name, value)
    row.save(update_fields=list(after))


def _record(
    scene: Scene,
    verb: str,
    subject: User | Invitation,
    *,
    before: Rights | None = None,
    after: Rights | None = None,
) -> None:
    """Record what happened to somebody; who is only invited has no account to point at."""
    pk = subject.pk if isinstance(subject, User) else None
    told = [rights and rights.snapshot for rights in (before, after)]
    record(scene, [Entry(verb, "user", pk, str(subject), before=told[0], after=told[1])])
