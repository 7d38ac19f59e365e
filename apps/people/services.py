"""Changing memberships: lock the company, decide, save, record."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import Entry, Scene, record
from apps.companies.access import CompanyAccess
from apps.companies.models import Company, Membership
from apps.companies.rules import ADMINISTRATORS, Grants, Validity, validity
from apps.people import rules
from apps.people.facts import rights_of
from apps.people.rules import NO_RIGHTS, Refusal, Rights


class RefusedError(PermissionDenied):
    """The rules do not let this person make this change; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class MovedOnError(Exception):
    """The rights were changed since the person saw them."""


class NotBroughtInError(Exception):
    """Somebody cannot be made a member, or be invited, as they are."""


class MemberAlreadyError(NotBroughtInError):
    """The person has a membership in the company."""


@dataclass(frozen=True)
class Giver:
    """Somebody who changes others' rights, and what they hold now, the company being locked."""

    user: User
    company: Company
    scene: Scene
    grants: Grants

    def check(self, user: User | None, now: Rights, wanted: Rights) -> None:
        """Raise RefusedError unless they may bring somebody's rights from ``now`` to ``wanted``.

        A person who is none yet is not oneself.
        """
        refusal = rules.may_assign(
            giver=self.grants,
            is_self=user == self.user,
            now=now.grants.roles,
            wanted=wanted.grants.roles,
        )
        if refusal:
            raise RefusedError(refusal)


def lock(access: CompanyAccess) -> Giver:
    """Lock the company and return the person who acts, with the grants they hold now."""
    return locked(access.company, access.user, access.scene)


def locked(company: Company, user: User, scene: Scene) -> Giver:
    """Lock a company and return somebody as giver; without a membership in force they hold none."""
    Company.objects.select_for_update(no_key=True).get(pk=company.pk)
    membership = company.memberships.in_force().filter(user=user).first()
    return Giver(user, company, scene, membership.grants if membership else NO_RIGHTS.grants)


@transaction.atomic
def edit(access: CompanyAccess, pk: int, wanted: Rights, *, seen: str) -> bool:
    """Give a member other rights, and return whether that changed anything.

    ``seen`` is the mark of the rights that the person saw. Raises Membership.DoesNotExist for
    somebody who is no member, RefusedError as ``rules.may_assign`` decides or when the company
    would lose its last administrator, and MovedOnError when ``seen`` is not true any more.
    """
    giver, member = lock(access), found(access, pk)
    return change(giver, member, wanted, seen=seen)


@transaction.atomic
def remove(access: CompanyAccess, pk: int, *, seen: str) -> None:
    """Take a member out of the company; what they did stays. Raises as ``edit`` does."""
    giver, member = lock(access), found(access, pk)
    before = _checked(giver, member, NO_RIGHTS, seen)
    giver.company.former_members.update_or_create(
        user=member.user, defaults={"removed_at": timezone.now()}
    )
    member.delete()
    _record(giver.scene, "membership:remove", member.user, before, None)


def found(access: CompanyAccess, pk: int) -> Membership:
    """Return a member of the company; raises Membership.DoesNotExist for anybody else."""
    return access.company.memberships.select_related("user").get(pk=pk)


def reachable(access: CompanyAccess, pk: int) -> Membership:
    """Return a member whose rights the person may touch; raises as ``edit`` does."""
    member = found(access, pk)
    held = rights_of(member)
    Giver(access.user, access.company, access.scene, access.grants).check(member.user, held, held)
    return member


def copyable(access: CompanyAccess, pk: int) -> Membership:
    """Return a member whose rights the person may copy; raises as ``edit`` does."""
    member = found(access, pk)
    if refusal := rules.may_copy(access.grants, member.grants.roles):
        raise RefusedError(refusal)
    return member


def change(giver: Giver, member: Membership, wanted: Rights, *, seen: str) -> bool:
    """Save other rights of a member of a locked company, as ``edit`` does."""
    before = _checked(giver, member, wanted, seen)
    if wanted.mark == before.mark:
        return False
    _store(member, wanted)
    member.save(update_fields=["roles", "levels", "valid_from", "valid_until"])
    _record(giver.scene, _verb(before, wanted), member.user, before, wanted)
    return True


def join(giver: Giver, user: User, rights: Rights, *, verb: str = "membership:add") -> Membership:
    """Make somebody a member of a locked company. The caller has checked the giver.

    Raises MemberAlreadyError for a member. The event names the scene's person as the actor.
    """
    if giver.company.memberships.filter(user=user).exists():
        raise MemberAlreadyError
    member = Membership(user=user, company=giver.company)
    _store(member, rights)
    member.save()
    giver.company.former_members.filter(user=user).delete()
    _record(giver.scene, verb, user, None, rights)
    return member


def _checked(giver: Giver, member: Membership, wanted: Rights, seen: str) -> Rights:
    before, now = rights_of(member), timezone.now()
    giver.check(member.user, before, wanted)
    if before.mark != seen:
        raise MovedOnError
    if rules.weakens(before, wanted, now):
        others = (rights_of(one) for one in other_administrators(member))
        if not rules.outlasted(before, others, now):
            raise RefusedError(Refusal.LAST_ADMINISTRATOR)
    return before


def other_administrators(member: Membership) -> QuerySet[Membership]:
    """Return the KH and TPK in force of a member's company, but for the member."""
    others = member.company.memberships.in_force().exclude(pk=member.pk)
    return others.holding(ADMINISTRATORS)


def _verb(before: Rights, after: Rights) -> str:
    def ended(rights: Rights) -> bool:
        start, end = rights.period
        return validity(now=timezone.now(), start=start, end=end) is Validity.ENDED

    return "membership:end" if ended(after) and not ended(before) else "membership:edit"


def _store(member: Membership, rights: Rights) -> None:
    stored = rights.snapshot
    member.roles, member.levels = stored["roles"], stored["levels"]
    member.valid_from, member.valid_until = rights.period


def _record(
    scene: Scene, verb: str, user: User, before: Rights | None, after: Rights | None
) -> None:
    told = [rights and rights.snapshot for rights in (before, after)]
    record(scene, [Entry(verb, "user", user.pk, str(user), before=told[0], after=told[1])])
