"""What one member's row shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise, cached_property

from apps.accounts.models import User
from apps.companies import texts as words
from apps.companies.models import Membership
from apps.companies.rules import SOON, Capability, Grants, Validity
from apps.people import rules, texts
from apps.people.models import Invitation
from apps.people.rules import MainArea, Refusal, Rights


def rights_of(member: Membership) -> Rights:
    """Return all that a membership gives."""
    return Rights(member.grants, member.valid_from, member.valid_until)


@dataclass(frozen=True)
class MemberRow:
    """One member as somebody sees them who may look; ``found`` comes from ``pages.members``."""

    found: Any
    viewer: User
    giver: Grants
    now: datetime

    @property
    def member(self) -> Membership:
        """The membership itself."""
        return self.found  # type: ignore[no-any-return]

    @property
    def role_codes(self) -> str:
        """The roles in short."""
        return texts.codes(self.member.grants.roles)

    @property
    def interface(self) -> str:
        """What the person holds of interface resources, in words."""
        return words.held(self.member.grants, Capability.VIEW_RIGHTS)

    @property
    def is_self(self) -> bool:
        """Whether this is the person who looks."""
        return bool(self.member.user == self.viewer)

    @cached_property
    def refusal(self) -> Refusal | None:
        """Why the viewer may not touch these rights, if so."""
        held = self.member.grants.roles
        return rules.may_assign(giver=self.giver, is_self=self.is_self, now=held, wanted=held)

    @property
    def why_not(self) -> Promise | str:
        """The refusal in words where the row would show actions; nobody needs one of readers."""
        return texts.IN_ROW.get(self.refusal, "") if self.refusal else ""

    @property
    def may_copy(self) -> bool:
        """Whether the viewer may give the same rights to others."""
        return not self.refusal and not rules.may_copy(self.giver, self.member.grants.roles)

    @property
    def profiles(self) -> list[Promise]:
        """The profile in each main area, in words."""
        return [texts.PROFILES[rules.profile_of(self.member.grants, area)] for area in MainArea]

    @property
    def ended(self) -> bool:
        """Whether the row is grey: nothing works for this person any more."""
        return self.member.validity is Validity.ENDED or not self.member.user.is_active

    @property
    def soon(self) -> bool:
        """Whether the period ends soon."""
        end = self.member.valid_until
        return not self.ended and end is not None and end - self.now <= SOON

    @property
    def identifiers(self) -> int:
        """How many of the person's identifiers work here."""
        return int(self.found.at_work)


@dataclass(frozen=True)
class InvitationRow:
    """An invitation that waits, as somebody sees it who may look."""

    invitation: Invitation
    giver: Grants

    @property
    def role_codes(self) -> str:
        """The roles that it gives, in short."""
        return texts.codes(self.invitation.rights.grants.roles)

    @property
    def may_touch(self) -> bool:
        """Whether the viewer may withdraw it or send it again."""
        held = self.invitation.rights.grants.roles
        return not rules.may_assign(giver=self.giver, is_self=False, now=held, wanted=held)
