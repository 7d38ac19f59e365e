"""Bringing people in: invite, send again, withdraw, copy, accept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from apps.accounts.models import User
from apps.audit.services import Entry, Scene, record
from apps.companies.access import CompanyAccess
from apps.companies.models import Membership
from apps.people import rules
from apps.people.facts import rights_of
from apps.people.models import Invitation, digest, new_end, new_token
from apps.people.rules import NO_RIGHTS, Rights
from apps.people.services import (
    Giver,
    MemberAlreadyError,
    MovedOnError,
    NotBroughtInError,
    RefusedError,
    change,
    found,
    join,
    lock,
    locked,
)


class InvitedAlreadyError(NotBroughtInError):
    """An invitation of the same person waits to be accepted."""


class NamelessError(NotBroughtInError):
    """Somebody without an account is invited by name."""


class GoneError(Exception):
    """The invitation was accepted, withdrawn, or has expired."""


class AccountExistsError(Exception):
    """The invited person has an account: they sign in as themselves first."""


@dataclass(frozen=True)
class Guest:
    """Whom rights are for; the name is needed only of somebody who has no account."""

    email: str
    name: str


@dataclass(frozen=True)
class Sent:
    """An invitation and its token, which exists nowhere else and goes into one mail."""

    invitation: Invitation
    token: str


@transaction.atomic
def invite(access: CompanyAccess, guest: Guest, rights: Rights) -> Membership | Sent:
    """Make somebody with an account a member; send anybody else an invitation.

    Raises RefusedError as ``rules.may_assign`` decides, MemberAlreadyError,
    InvitedAlreadyError, and NamelessError.
    """
    return _bring_in(lock(access), guest, rights)


@dataclass(frozen=True)
class Copying:
    """What is copied: roles and levels always, the period if asked.

    ``seen`` is the mark of the rights to copy, ``replaced`` that of the rights that a member has
    so far; nothing for somebody who is no member.
    """

    with_period: bool
    seen: str
    replaced: str = ""


@transaction.atomic
def copy(access: CompanyAccess, pk: int, guest: Guest, copying: Copying) -> Membership | Sent:
    """Give somebody, member or not, the roles and levels of a member, perhaps the period too.

    Raises as ``invite`` and ``services.edit`` do.
    """
    giver, source = lock(access), rights_of(found(access, pk))
    refusal = rules.may_copy(giver.grants, source.grants.roles)
    if refusal:
        raise RefusedError(refusal)
    if source.mark != copying.seen:
        raise MovedOnError
    member = member_by_email(access, guest.email)
    if member:
        wanted = copied(source, rights_of(member), copying)
        change(giver, member, wanted, seen=copying.replaced)
        return member
    if copying.replaced:
        raise MovedOnError
    return _bring_in(giver, guest, copied(source, NO_RIGHTS, copying))


def member_by_email(access: CompanyAccess, email: str) -> Membership | None:
    """Return the member with an email address, if there is one."""
    members = access.company.memberships.select_related("user")
    return members.filter(user__email=email.lower()).first()


def copied(source: Rights, target: Rights, copying: Copying) -> Rights:
    """Return what somebody has after copying: without the period they keep their own."""
    return source if copying.with_period else replace(target, grants=source.grants)


@transaction.atomic
def send_again(access: CompanyAccess, pk: int) -> Sent:
    """Let an invitation last seven days from now, with a new link; the old one works no more.

    From now on it is this person's. Raises as ``withdraw`` and ``invite`` do.
    """
    giver = lock(access)
    invitation = _open(giver, pk)
    giver.check(None, NO_RIGHTS, invitation.rights)
    token = new_token()
    after = {
        "token_digest": digest(token),
        "expires_at": new_end(),
        "invited_by": access.user,
    }
    _save(invitation, after)
    _record(access.scene, "membership:invite", invitation, after=invitation.rights)
    return Sent(invitation, token)


@transaction.atomic
def withdraw(access: CompanyAccess, pk: int) -> Invitation:
    """Let an invitation never be accepted.

    Raises Invitation.DoesNotExist for one that is not open here, and RefusedError for one that
    holds roles which the person may not take.
    """
    return _withdraw(lock(access), pk)


@transaction.atomic
def accept(token_digest: str, *, user: User | None, name: str = "", password: str = "") -> User:
    """Make the invited person a member, once, and return them.

    ``user`` is whoever is signed in; without one a new account is made of name and password.
    Raises GoneError, AccountExistsError when somebody else, or nobody, is signed in although
    the email has an account, and RefusedError when the inviter may no longer give these rights.
    """
    invitation = waiting(token_digest)
    giver = locked(invitation.company, invitation.invited_by, _scene(invitation))
    invitation = waiting(token_digest)  # again, now that nobody else can accept it
    giver.check(None, NO_RIGHTS, invitation.rights)
    guest = _account(invitation, user, name, password)
    scene = replace(giver.scene, actor_id=guest.pk, actor=str(guest))
    try:
        join(replace(giver, scene=scene), guest, invitation.rights, verb="membership:accept")
    except MemberAlreadyError:
        raise GoneError from None
    _save(invitation, {"accepted_at": timezone.now()})
    return guest


def waiting(token_digest: str) -> Invitation:
    """Return the invitation with this digest of a token; raises GoneError unless it is open."""
    invitation = Invitation.objects.with_digest(token_digest)
    if invitation is None or not invitation.is_open:
        raise GoneError
    return invitation


def account_of(invitation: Invitation) -> User | None:
    """Return the account of the invited person, open or closed, if there is one."""
    return User.objects.filter(email=invitation.email).first()


def _account(invitation: Invitation, user: User | None, name: str, password: str) -> User:
    account = account_of(invitation)
    if account is None and user is None:
        language = translation.get_language() or ""
        return User.objects.create_user(invitation.email, password, name=name, language=language)
    if account is None or account != user:
        raise AccountExistsError
    return account


def _bring_in(giver: Giver, guest: Guest, rights: Rights) -> Membership | Sent:
    email = guest.email.lower()
    user = User.objects.filter(email=email, is_active=True).first()
    giver.check(user, NO_RIGHTS, rights)
    waiting_ones = giver.company.invitations.open().filter(email=email)
    if user:
        member = join(giver, user, rights)
        for one in waiting_ones:
            _withdraw(giver, one.pk)
        return member
    if giver.company.memberships.filter(user__email=email).exists():
        raise MemberAlreadyError
    if waiting_ones.exists():
        raise InvitedAlreadyError
    if not guest.name:
        raise NamelessError
    return _invited(giver, Guest(email, guest.name), rights)


def _invited(giver: Giver, guest: Guest, rights: Rights) -> Sent:
    token, stored = new_token(), rights.snapshot
    invitation = giver.company.invitations.create(
        email=guest.email,
        name=guest.name,
        roles=stored["roles"],
        levels=stored["levels"],
        valid_from=rights.valid_from,
        valid_until=rights.valid_until,
        invited_by=giver.user,
        token_digest=digest(token),
    )
    _record(giver.scene, "membership:invite", invitation, after=rights)
    return Sent(invitation, token)


def _open(giver: Giver, pk: int) -> Invitation:
    invitation = giver.company.invitations.open().get(pk=pk)
    rights: Rights = invitation.rights
    refusal = rules.may_assign(
        giver=giver.grants, is_self=False, now=rights.grants.roles, wanted=rights.grants.roles
    )
    if refusal:
        raise RefusedError(refusal)
    return invitation


def _withdraw(giver: Giver, pk: int) -> Invitation:
    invitation = _open(giver, pk)
    _save(invitation, {"withdrawn_at": timezone.now()})
    _record(giver.scene, "membership:withdraw", invitation, before=invitation.rights)
    return invitation


def _scene(invitation: Invitation) -> Scene:
    company = invitation.company
    return Scene(None, str(invitation), company_id=company.pk, company=str(company))


def _save(invitation: Invitation, after: dict[str, Any]) -> None:
    for name, value in after.items():
        setattr(invitation, name, value)
    invitation.save(update_fields=list(after))


def _record(
    scene: Scene,
    verb: str,
    invitation: Invitation,
    *,
    before: Rights | None = None,
    after: Rights | None = None,
) -> None:
    told = [rights and rights.snapshot for rights in (before, after)]
    record(scene, [Entry(verb, "user", None, str(invitation), before=told[0], after=told[1])])
