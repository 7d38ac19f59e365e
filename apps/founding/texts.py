"""What is said to site staff about companies and people that they bring in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.founding.rules import Refusal

REFUSALS = {
    Refusal.TWICE: _("This stands in the file twice."),
    Refusal.OTHER_NAME: _("A company with this business ID exists under another name."),
    Refusal.OTHER_PACKAGE: _("This company exists with another package."),
    Refusal.OTHER_OFFICE: _("This company exists with another accounting office, or without one."),
    Refusal.NO_OFFICE: _("There is no accounting office with this name."),
    Refusal.NO_COMPANY: _("There is no company with this business ID."),
    Refusal.OTHER_RIGHTS: _(
        "This person belongs to the company, or is invited, with other rights."
    ),
}
NOT_A_ROLE = _("%(code)s is not a role.")
NOT_A_RIGHT = _("%(text)s is not a right with a level, such as customers:edit.")
INVITED = _("An invitation to %(company)s was made for %(email)s. The email is sent in a moment.")
THERE = _("Nothing was changed. %(email)s is invited to %(company)s already, or belongs to it.")
