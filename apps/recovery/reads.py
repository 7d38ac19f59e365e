"""Every question about lost second factors."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from apps.accounts.factors import has_factor
from apps.accounts.models import User
from apps.companies.access import CompanyAccess, enter
from apps.companies.models import Membership
from apps.companies.rules import Role
from apps.people.rules import Refusal as Ban
from apps.people.rules import may_assign
from apps.recovery import rules
from apps.recovery.models import Reset, number_of
from apps.recovery.rules import PASSWORD_AGE, Refusal
from apps.security.models import SecurityEvent
from apps.security.rules import Verb


def linked(token: str) -> Reset | None:
    """Return the request of a link, as long as it is neither carried out nor cancelled."""
    number = number_of(token)
    found = Reset.objects.open().filter(pk=number).first() if number else None
    return found if found and (found.confirmed_at or found.can_be_confirmed) else None


def waiting(access: CompanyAccess, user: User) -> Reset | None:
    """Return the request that is open for a member, whichever company it was made in."""
    return Reset.objects.open().filter(user=user).first()


def why_not(access: CompanyAccess, member: Membership) -> Refusal | None:
    """Return why the person may not ask for a member's factors to be taken away, if so."""
    ban = _ban(access, member)
    if ban:
        return Refusal.ONESELF if ban is Ban.ONESELF else Refusal.OUT_OF_REACH
    return rules.refusal(
        has_factor=has_factor(member.user),
        is_staff=member.user.is_staff,
        is_elsewhere=_is_elsewhere(access, member.user),
        is_sole_kh=_is_sole_kh(member.user),
    )


def is_lost(reset: Reset) -> bool:
    """Tell whether the holder neither used nor added a passkey or an app since the confirmation."""
    since = Q(created_at__gt=reset.confirmed_at) | Q(last_used_at__gt=reset.confirmed_at)
    codes = Authenticator.Type.RECOVERY_CODES
    return not Authenticator.objects.filter(since, user=reset.user).exclude(type=codes).exists()


def is_password_new(reset: Reset) -> bool:
    """Tell whether the holder's password came by a mail shortly before the request, or since."""
    return SecurityEvent.objects.filter(
        person_id=reset.user_id, verb=Verb.PASSWORD_RESET, at__gt=reset.asked_at - PASSWORD_AGE
    ).exists()


def helper(reset: Reset) -> CompanyAccess | None:
    """Return what whoever asked may do in the company now: nothing at all, or as a member."""
    mine = Membership.objects.visible_to(reset.asked_by).filter(company=reset.company)
    membership = mine.in_force().first()
    return enter(membership, reset.asked_by) if membership else None


def _ban(access: CompanyAccess, member: Membership) -> Ban | None:
    roles, is_self = member.grants.roles, member.user_id == access.user.pk
    return may_assign(giver=access.grants, is_self=is_self, now=roles, wanted=roles)


def _is_elsewhere(access: CompanyAccess, user: User) -> bool:
    """Tell whether somebody belongs to an office or a company where the helper cannot touch them.

    Memberships that are over or yet to begin count: what they were, or will be, is not ours.
    """
    if user.offices.exclude(people=access.user).exists():
        return True
    theirs = Membership.objects.filter(user=user).select_related("company")
    helping = Membership.objects.visible_to(access.user).in_force()
    mine = {one.company_id: one for one in helping.filter(company__in=theirs.values("company"))}
    return any(
        one.company_id not in mine or _ban(enter(mine[one.company_id], access.user), one)
        for one in theirs
    )


def _is_sole_kh(user: User) -> bool:
    """Tell whether somebody is the only KH who can act in one of their companies."""
    holders = Membership.objects.in_force().with_any_function().holding([Role.KH])
    others = holders.filter(company=OuterRef("company")).exclude(user=user)
    return holders.filter(~Exists(others), user=user).exists()
