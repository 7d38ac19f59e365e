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
from apps.people.rules import Delivery, Loss, MainArea, Profile, Refusal

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
        "To change other users' rights, you need the role KH or TPK and at least one"
        " function-specific right."
    ),
    Refusal.ONESELF: gettext_lazy("You cannot change your own rights."),
    Refusal.ABOVE_YOU: gettext_lazy(
        "Only a TPK, or a KH who is also company administrator, can change the rights of"
        " a TPK or a company administrator."
    ),
    Refusal.MAY_NOT_GIVE: gettext_lazy(
        "Only a TPK, or a KH who is also company administrator, can give the roles TPK,"
        " KH, P and company administrator."
    ),
    Refusal.MAY_NOT_COPY: gettext_lazy(
        "Only a TPK can copy the roles KH, P, TPK and company administrator to others."
    ),
    Refusal.LAST_ADMINISTRATOR: gettext_lazy(
        "No other user here has the role KH or TPK and a function-specific right for at"
        " least as long. Give them to another user first."
    ),
    Refusal.MEMBER_ALREADY: gettext_lazy(
        "This person is already a user of this company. Edit their rights in the list."
    ),
    Refusal.INVITED_ALREADY: gettext_lazy(
        "This person has already been invited. Send the invitation again or withdraw it"
        " in the list."
    ),
    Refusal.SENT_OFTEN: gettext_lazy(
        "The invitation was not sent: it has been sent again five times within a day. Try again"
        " tomorrow, or check the address."
    ),
    Refusal.NAMELESS: gettext_lazy("Enter the new user's name."),
    Refusal.MOVED_ON: gettext_lazy(
        "Nothing was saved: someone else changed these rights at the same time. The form"
        " shows what you entered; the current rights are shown above it. Save again to"
        " replace them."
    ),
}
HELPERS_CAN: Mapping[Reason, Promise] = {
    Refusal.ONESELF: gettext_lazy("Who can change them:"),
    Refusal.ABOVE_YOU: gettext_lazy("Who can change them:"),
}
"""What the others can do, where it is not granting."""
IN_ROW: Mapping[Refusal, Promise] = {
    Refusal.ABOVE_YOU: gettext_lazy("Only TPK can change"),
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
    "Nothing was copied: someone else changed these rights at the same time. Check"
    " them and try again."
)
PASSWORD_LAPSED = gettext_lazy(
    "More than 15 minutes have passed since you entered your password. Enter it in a"
    " new tab and press the button here again. What you have typed is kept."
)
SAVED = gettext_lazy("Rights of %(name)s saved.")
ENDED = gettext_lazy("Access of %(name)s ended.")
UNCHANGED = gettext_lazy("No change: %(name)s already has these rights.")
REMOVED_MEANWHILE = gettext_lazy(
    "The user was not removed: someone else changed these rights at the same time."
    " Check them and confirm again."
)
REMOVED = gettext_lazy("%(name)s removed from this company.")
INVITED = gettext_lazy("Invitation sent to %(email)s. It can be used once, within 7 days.")
WITHDRAWN = gettext_lazy("Invitation to %(email)s withdrawn.")
NOT_WAITING = gettext_lazy(
    "Nothing was changed: this invitation has been accepted or withdrawn meanwhile."
)
COPIED = gettext_lazy("Rights copied to %(name)s.")
ASKED = gettext_lazy("%(name)s has been asked by email to replace %(user_id)s.")
CHOOSE_COLLEAGUE = gettext_lazy("Choose a colleague to ask.")
ENDS_AFTER_START = gettext_lazy("The end date must be after the start date.")
UNUSUAL_DATE = gettext_lazy("Choose a date after the year 2000.")
Asking = tuple[Promise, Promise]
"""A question and the button that answers it."""
REMOVING: Asking = (
    gettext_lazy("Remove %(name)s from %(company)s?"),
    gettext_lazy("Remove from this company"),
)
PARTING = gettext_lazy(
    "%(name)s will be removed only from %(company)s. Rights in other companies stay."
)
ASKING: Mapping[Loss | None, Asking] = {
    None: (gettext_lazy("Save these rights of %(name)s?"), gettext_lazy("Save")),
    Loss.END: (
        gettext_lazy("End the access of %(name)s to %(company)s now?"),
        gettext_lazy("End access now"),
    ),
    Loss.LAST_RIGHT: (
        gettext_lazy("Remove the last function-specific right of %(name)s in %(company)s?"),
        gettext_lazy("Remove the last right"),
    ),
    Loss.LATER: (
        gettext_lazy("Suspend the access of %(name)s to %(company)s until the new start date?"),
        gettext_lazy("Suspend until then"),
    ),
    Loss.SHORTER: (
        gettext_lazy("Shorten the access of %(name)s to %(company)s?"),
        gettext_lazy("Shorten the access"),
    ),
}
REPLACING: Asking = (
    gettext_lazy("Replace the rights of %(name)s?"),
    gettext_lazy("Replace the rights"),
)
OPENS_NOTHING = gettext_lazy(
    "With these rights the person can enter the company but sees nothing there: a role works only"
    " together with at least one function-specific right."
)
GIVE: Mapping[Level, Promise] = {
    Level.VIEW: gettext_lazy("Give Interface resources: view too"),
    Level.EDIT: gettext_lazy("Give Interface resources: edit too"),
}
NOT_ALIKE = gettext_lazy("The passwords do not match.")
NOTHING_CHOSEN = gettext_lazy("Choose a role or a right.")
SITE_STAFF = gettext_lazy("Site staff")
WELCOME = gettext_lazy("You are now a user of %(company)s.")
GONE = {
    "title": gettext_lazy("Invitation"),
    "heading": gettext_lazy("This invitation does not work"),
    "hint": gettext_lazy(
        "It has been used, withdrawn or has expired, or part of the link is missing. Ask for a new"
        " invitation."
    ),
}


def stopping(count: int, end: datetime | None) -> str:
    """Say how many identifiers of a person stop working in the company, and when if not now."""
    if not count:
        return _("None of this user's API identifiers works in this company now.")
    if end is None:
        return ngettext(
            "%(count)d active API identifier of this user stops working in this company now.",
            "%(count)d active API identifiers of this user stop working in this company now.",
            count,
        ) % {"count": count}
    return ngettext(
        "%(count)d active API identifier of this user stops working in this company on %(date)s.",
        "%(count)d active API identifiers of this user stop working in this company on %(date)s.",
        count,
    ) % {"count": count, "date": day(end)}


def until(end: datetime, *, expired: bool) -> str:
    """Say until when an invitation can be accepted."""
    if expired:
        return _("Expired")
    when = formats.date_format(timezone.localtime(end), "SHORT_DATETIME_FORMAT")
    return _("Until %(when)s") % {"when": when}


DELIVERIES: Mapping[Delivery, Promise | str] = {
    Delivery.DONE: "",
    Delivery.WAITS: gettext_lazy("Not delivered yet"),
    Delivery.TRIED: gettext_lazy(
        "Not delivered yet: the email server does not take it. We try again for a day."
    ),
    Delivery.GIVEN_UP: gettext_lazy(
        "Not delivered: the email server did not take it for a day. Send it again."
    ),
    Delivery.REFUSED: gettext_lazy(
        "Not delivered: the email server refuses the address. Check it and invite again."
    ),
}


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
        "%(count)d more invitation is not shown. Find it by name or email.",
        "%(count)d more invitations are not shown. Find them by name or email.",
        count,
    ) % {"count": count}
