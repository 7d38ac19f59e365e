"""The words for profiles, refusals and what was done to people's rights."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from apps.companies.rules import Function, Level, Role
from apps.companies.texts import FUNCTIONS, ROLES, day
from apps.core.refusals import Reason
from apps.people.rules import Loss, MainArea, Profile, Refusal

MAIN_AREAS: Mapping[MainArea, Promise] = {
    MainArea.BUSINESS: gettext_lazy("Sales, products, purchases and financial management"),
    MainArea.SALARIES: gettext_lazy("Salaries, working hours and travel"),
}
PROFILES: Mapping[Profile, Promise] = {
    Profile.ALL: gettext_lazy("All rights"),
    Profile.BROWSING: gettext_lazy("Browsing rights"),
    Profile.NONE: gettext_lazy("No rights"),
    Profile.PURCHASE_LEDGER: gettext_lazy("Purchase ledger user"),
    Profile.SALES_LEDGER: gettext_lazy("Sales ledger user"),
    Profile.BOTH_LEDGERS: gettext_lazy("Purchase and sales ledger user"),
    Profile.COMPANY_USER: gettext_lazy("Company user"),
    Profile.EMPLOYEE: pgettext_lazy("profile", "Employee"),
    Profile.APPROVER: pgettext_lazy("profile", "Approver"),
    Profile.MANAGEMENT: pgettext_lazy("profile", "Company management"),
    Profile.OWN: pgettext_lazy("profile", "Own selection"),
}
REFUSALS: Mapping[Reason, Promise] = {
    Refusal.NO_ADMINISTRATOR: gettext_lazy(
        "Changing people's rights needs KH or TPK and at least one function-specific right."
    ),
    Refusal.ONESELF: gettext_lazy("Nobody changes their own rights."),
    Refusal.ABOVE_YOU: gettext_lazy(
        "The rights of a TPK or company administrator are changed only by a TPK, or by a KH"
        " who is company administrator."
    ),
    Refusal.MAY_NOT_GIVE: gettext_lazy(
        "TPK, KH, P and company administrator are given only by a TPK, or by a KH who is"
        " company administrator."
    ),
    Refusal.MAY_NOT_COPY: gettext_lazy(
        "Copying KH, P, TPK or company administrator to others needs TPK."
    ),
    Refusal.LAST_ADMINISTRATOR: gettext_lazy(
        "Nobody else here is KH or TPK with a function-specific right for at least as long."
        " Somebody must become one first."
    ),
    Refusal.MEMBER_ALREADY: gettext_lazy(
        "This person is a member already. Edit their rights in the list."
    ),
    Refusal.INVITED_ALREADY: gettext_lazy(
        "This person is invited already. Send the invitation again or withdraw it in the list."
    ),
    Refusal.NAMELESS: gettext_lazy("Enter the name of somebody new."),
    Refusal.MOVED_ON: gettext_lazy(
        "Nothing was saved: somebody changed these rights meanwhile. What you see below is what you"
        " entered; the rights as they are now stand above it. Save again to replace them."
    ),
}
HELPERS_CAN: Mapping[Reason, Promise] = {
    Refusal.ONESELF: gettext_lazy("Who can change them:"),
    Refusal.ABOVE_YOU: gettext_lazy("Who can change them:"),
}
"""What the others can do, where it is not granting."""
IN_ROW: Mapping[Refusal, Promise] = {
    Refusal.ABOVE_YOU: gettext_lazy("Changed by TPK"),
}
"""A refusal where the row would show actions; nobody needs one of readers."""
ACCOUNT_CLOSED = gettext_lazy("Account closed")
VALIDITIES = [
    ("", gettext_lazy("All")),
    ("in_force", gettext_lazy("In force")),
    ("ending", gettext_lazy("Ends within 30 days")),
    ("not_yet", gettext_lazy("Not in force yet")),
    ("ended", gettext_lazy("Ended")),
]
SORTS = [
    ("", gettext_lazy("Name")),
    ("interface", FUNCTIONS[Function.INTERFACE_RESOURCES]),
    ("ends", gettext_lazy("Validity")),
    ("signed_in", gettext_lazy("Last sign-in")),
    ("identifiers", gettext_lazy("Identifiers")),
]
SOURCE_MOVED_ON = gettext_lazy(
    "Nothing was copied: somebody changed these rights meanwhile. Look at them again and go on."
)
PASSWORD_LAPSED = gettext_lazy(
    "You gave your password more than 15 minutes ago. Enter it in a new tab, then press the "
    "button here again: nothing that you typed is lost."
)
SAVED = gettext_lazy("Rights of %(name)s saved.")
UNCHANGED = gettext_lazy("Nothing changed: %(name)s has these rights already.")
REMOVED_MEANWHILE = gettext_lazy(
    "Nobody was removed: somebody changed these rights meanwhile. Look again and confirm."
)
REMOVED = gettext_lazy("%(name)s removed from this company.")
INVITED = gettext_lazy("Invitation sent to %(email)s. It works once, within 7 days.")
WITHDRAWN = gettext_lazy("Invitation of %(email)s withdrawn.")
COPIED = gettext_lazy("Rights copied to %(name)s.")
ASKED = gettext_lazy("%(name)s is asked by mail to replace %(user_id)s.")
CHOOSE_COLLEAGUE = gettext_lazy("Choose a colleague to ask.")
ENDS_AFTER_START = gettext_lazy("The period must end after it begins.")
UNUSUAL_DATE = gettext_lazy("Choose a date after the year 2000.")
Asking = tuple[Promise, Promise]
"""A question and the button that answers it."""
REMOVING: Asking = (
    gettext_lazy("Remove %(name)s from %(company)s?"),
    gettext_lazy("Remove from this company"),
)
PARTING = gettext_lazy("%(name)s is removed from %(company)s only and stays in any other company.")
ASKING: Mapping[Loss | None, Asking] = {
    None: (gettext_lazy("Save these rights of %(name)s?"), gettext_lazy("Save")),
    Loss.END: (
        gettext_lazy("End the access of %(name)s to %(company)s now?"),
        gettext_lazy("End access now"),
    ),
    Loss.LAST_RIGHT: (
        gettext_lazy("Take the last function-specific right of %(name)s in %(company)s?"),
        gettext_lazy("Take the last right"),
    ),
    Loss.LATER: (
        gettext_lazy("Stop the access of %(name)s to %(company)s until it begins again?"),
        gettext_lazy("Stop until then"),
    ),
    Loss.SHORTER: (
        gettext_lazy("Shorten the access of %(name)s to %(company)s?"),
        gettext_lazy("Shorten the access"),
    ),
}
OPENS_NOTHING = gettext_lazy(
    "With these rights the person can enter the company but sees nothing there: a role works only"
    " together with at least one function-specific right."
)
GIVE: Mapping[Level, Promise] = {
    Level.VIEW: gettext_lazy("Give Interface resources: view too"),
    Level.EDIT: gettext_lazy("Give Interface resources: edit too"),
}
NOT_ALIKE = gettext_lazy("The two passwords are not alike.")
NOTHING_CHOSEN = gettext_lazy("Choose a role or a right.")
WELCOME = gettext_lazy("Welcome to %(company)s.")


def stopping(count: int, end: datetime | None) -> str:
    """Say how many identifiers of a person stop working in the company, and when if not now."""
    if not count:
        return _("No identifier of this person works here now.")
    if end is None:
        return ngettext(
            "%(count)d active identifier of this person stops working here now.",
            "%(count)d active identifiers of this person stop working here now.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(count)d active identifier of this person stops working here on %(date)s.",
        "%(count)d active identifiers of this person stop working here on %(date)s.",
        count,
    ) % {"count": count, "date": day(end)}


def until(end: datetime, *, expired: bool) -> str:
    """Say until when an invitation can be accepted."""
    if expired:
        return _("Expired")
    when = formats.date_format(timezone.localtime(end), "SHORT_DATETIME_FORMAT")
    return _("Until %(when)s") % {"when": when}


def code(role: Role) -> str:
    """Return the short name of a role, as the list and its legend have it."""
    return pgettext("role", "CA") if role is Role.COMPANY_ADMINISTRATOR else role.value


def without_code(role: Role) -> str:
    """Return the name of a role without its short name."""
    return str(ROLES[role]).removesuffix(f" ({role.value})")


def codes(roles: Collection[Role]) -> str:
    """Return the short names of roles, in the order of the enumeration: "TPK, CA"."""
    return ", ".join(code(role) for role in Role if role in roles)


def and_more(count: int) -> str:
    """Say how many more invitations wait than a page shows; nothing when all are shown."""
    if not count:
        return ""
    return ngettext(
        "%(count)d more invitation is not shown. Search finds it by name or email.",
        "%(count)d more invitations are not shown. Search finds them by name or email.",
        count,
    ) % {"count": count}
