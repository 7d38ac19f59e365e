"""What a refused client is told: ASCII, at most 200 characters, with the interface's codes.

The codes are the interface's own, the wording is ours. Whoever cannot prove who asks learns
nothing but the general sentence. Below it, what people are told of a decision, check by check,
and of older ways of signing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.companies.models import Company
from apps.companies.rules import Package
from apps.companies.texts import PACKAGES
from apps.gateway.rules import Check, Decision, Reason, Refusal, Why
from apps.identifiers.rules import Hindrance
from apps.resources.models import Integration, InterfaceResource
from apps.resources.rules import Verdict

GENERAL = "Integration keys are not valid. Please check the keys specific to the user and partner."
TECHNICAL = "The request could not be checked. Please try again."
KNOWN: dict[Reason, str] = {
    Why.OLDER_SIGNATURE: "Company {company} does not accept this older way of signing.",
    Why.NOT_TIMELY: "The request was not signed just now. Please check the clock and time zone.",
    Why.USED_BEFORE: "The transaction id has been used before.",
    Why.NO_SUCH_COMPANY: "The identifier's owner does not belong to company {company}.",
    Hindrance.DEACTIVATED: "The identifier has been deactivated.",
    Hindrance.EXPIRED: "The identifier's validity has ended.",
    Hindrance.ACCOUNT_CLOSED: "The account of the identifier's owner is closed.",
    Hindrance.OWNER_REMOVED: "The identifier's owner does not belong to company {company}.",
    Hindrance.MEMBERSHIP_ENDED: "The access of the identifier's owner to {company} has ended.",
    Hindrance.MEMBERSHIP_NOT_YET: "The access of the identifier's owner to {company} begins later.",
    Hindrance.NO_FUNCTION: "The identifier's owner has no rights in company {company}.",
    Hindrance.PAUSED: "The identifier is paused.",
    Hindrance.STOPPED: "The identifier is stopped in company {company}.",
    Why.NOT_FOR_WORKBOOKS: "An Excel identifier cannot be used with this integration.",
    Why.PACKAGE: "The service package of company {company} does not include this integration.",
    Why.NO_SUCH_RESOURCE: "There is no such resource.",
    Why.RETIRED_RESOURCE: "{resource} is not in use any more.",
    Why.OWNER_ROLE: "{resource} needs a role that the identifier's owner does not have.",
    Why.RETIRED_INTEGRATION: "This integration is not in use any more.",
    Verdict.NOT_AVAILABLE: "{resource} is not available to this integration.",
    Verdict.BLOCKED_IN_GENERAL: "{resource} is blocked in general in company {company}.",
    Verdict.BLOCKED_FOR_INTEGRATION: "{resource} is blocked for this integration in {company}.",
}
LENGTH = 200


def refusal(decision: Decision, *, resource: str, company: str, request: str) -> str:
    """Return what a refused client is told; ``request`` is the number to ask about later."""
    text = GENERAL if decision.reason is None else KNOWN.get(decision.reason, GENERAL)
    known = decision.authenticated or decision.reason is Why.OLDER_SIGNATURE
    said = text.format(resource=resource, company=company) if known else GENERAL
    return f"{said} Request {request}."[:LENGTH]


@dataclass(frozen=True)
class Names:
    """What the sentences about one call name; ``listed`` says that the integration is in the list.

    ``role`` is what the resource needs of the owner, or empty; ``built_in`` integrations work with
    every package.
    """

    company: str
    package: str
    integration: str
    built_in: bool
    listed: bool
    resource: str
    role: str
    user_id: str = ""
    owner: str = ""
    algorithm: str = ""

    @classmethod
    def of(
        cls,
        company: Company,
        integration: Integration,
        resource: InterfaceResource | None,
        *,
        listed: bool,
    ) -> Names:
        """Return the names of a call of an integration, whatever identifier it uses."""
        return cls(
            company=company.name,
            package=package(company.package),
            integration=integration.name,
            built_in=integration.built_in,
            listed=listed,
            resource=resource.name if resource else "",
            role=resource.owner_role_name if resource else "",
        )


def package(code: str) -> str:
    """Return the name of a service package."""
    return str(PACKAGES[Package(code)]) if code in set(Package) else code


WHY: Mapping[Reason, Promise] = {
    Why.UNKNOWN_PARTNER: gettext_lazy("No integration has this partner ID."),
    Why.UNKNOWN_IDENTIFIER: gettext_lazy("%(user_id)s does not exist."),
    Why.OLDER_SIGNATURE: gettext_lazy(
        "%(company)s does not accept the older signature %(algorithm)s."
    ),
    Why.WRONG_SIGNATURE: gettext_lazy("The signature is wrong: most often, the Key is."),
    Why.NOT_TIMELY: gettext_lazy("It was not signed just now: the program's clock is wrong."),
    Why.USED_BEFORE: gettext_lazy("The same request has been sent before."),
    Why.NO_SUCH_COMPANY: gettext_lazy("%(owner)s does not have access to %(company)s."),
    Why.NOT_FOR_WORKBOOKS: gettext_lazy(
        "%(user_id)s is an Excel identifier, which does not work with %(integration)s."
    ),
    Why.PACKAGE: gettext_lazy(
        "The package %(package)s does not include API traffic for %(integration)s."
    ),
    Why.NO_SUCH_RESOURCE: gettext_lazy("It asks for a resource that does not exist."),
    Why.RETIRED_RESOURCE: gettext_lazy("%(resource)s is no longer in use."),
    Why.OWNER_ROLE: gettext_lazy(
        "%(resource)s needs an owner with the role %(role)s, which %(owner)s does not have."
    ),
    Why.RETIRED_INTEGRATION: gettext_lazy("%(integration)s is no longer in use."),
    Hindrance.DEACTIVATED: gettext_lazy("%(user_id)s has been deactivated permanently."),
    Hindrance.EXPIRED: gettext_lazy("%(user_id)s has expired."),
    Hindrance.ACCOUNT_CLOSED: gettext_lazy("The account of %(owner)s is closed."),
    Hindrance.OWNER_REMOVED: gettext_lazy("%(owner)s does not have access to %(company)s."),
    Hindrance.MEMBERSHIP_ENDED: gettext_lazy(
        "The access rights of %(owner)s to %(company)s have expired."
    ),
    Hindrance.MEMBERSHIP_NOT_YET: gettext_lazy(
        "The access rights of %(owner)s to %(company)s are not valid yet."
    ),
    Hindrance.NO_FUNCTION: gettext_lazy(
        "%(owner)s does not have any function-specific right in %(company)s."
    ),
    Hindrance.PAUSED: gettext_lazy("%(user_id)s is paused by its owner, %(owner)s."),
    Hindrance.STOPPED: gettext_lazy("%(user_id)s is stopped in %(company)s."),
    Verdict.NOT_AVAILABLE: gettext_lazy("%(resource)s is not available to %(integration)s."),
    Verdict.BLOCKED_IN_GENERAL: gettext_lazy(
        "%(integration)s is not in the list, and %(resource)s is blocked in general access rights."
    ),
    Verdict.BLOCKED_FOR_INTEGRATION: gettext_lazy(
        "%(integration)s is in the list, and %(resource)s is blocked for it."
    ),
}
"""What people are told of a check that fails: the fact that it read."""
PASSES: Mapping[Check, Promise] = {
    Check.FORM: gettext_lazy("The request has the right form."),
    Check.PARTNER: gettext_lazy("It comes from %(integration)s."),
    Check.IDENTIFIER: gettext_lazy("It uses %(user_id)s, whose owner is %(owner)s."),
    Check.SIGNATURE: gettext_lazy("It is signed correctly with %(algorithm)s."),
    Check.TIME: gettext_lazy("It was signed just before it was sent."),
    Check.UNIQUE: gettext_lazy("The same request has not been sent before."),
    Check.COMPANY: gettext_lazy("%(owner)s has access to %(company)s."),
    Check.WORKS_HERE: gettext_lazy("%(user_id)s works in %(company)s."),
    Check.WORKBOOK: gettext_lazy("%(user_id)s can be used with %(integration)s."),
    Check.PACKAGE: gettext_lazy("The package %(package)s includes API traffic."),
    Check.RESOURCE: gettext_lazy("%(resource)s is in use."),
    Check.OWNER_ROLE: gettext_lazy("%(resource)s does not need any role of the owner."),
    Check.IN_USE: gettext_lazy("%(integration)s can be used."),
    Check.RIGHT: gettext_lazy(
        "%(integration)s is not in the list, and %(resource)s is allowed in general access rights."
    ),
}
"""What people are told of a check that passes."""
HAS_ROLE = gettext_lazy("%(owner)s has the role %(role)s, which %(resource)s needs.")
BUILT_IN = gettext_lazy("%(integration)s works with every service package.")
OWN_RIGHT = gettext_lazy("%(integration)s is in the list, and %(resource)s is allowed for it.")


def why(reason: Reason, names: Names) -> str:
    """Say the fact for which a check fails."""
    return str(WHY[reason] % vars(names))


def passes(check: Check, names: Names) -> str:
    """Say the fact for which a check passes."""
    said = PASSES[check]
    if check is Check.OWNER_ROLE and names.role:
        said = HAS_ROLE
    if check is Check.PACKAGE and names.built_in:
        said = BUILT_IN
    if check is Check.RIGHT and names.listed:
        said = OWN_RIGHT
    return str(said % vars(names))


def decided(decision: Decision, names: Names) -> str:
    """Say in one sentence why a call passes or does not, as the last check that was asked says."""
    if decision.reason is not None:
        return why(decision.reason, names)
    return passes(Check.RIGHT, names)


REFUSED: Mapping[Refusal, Promise] = {
    Refusal.PAST: gettext_lazy("Choose today or a later day."),
    Refusal.TOO_LATE: gettext_lazy("Choose a day at most 90 days ahead."),
}


def day(of: date) -> str:
    """Return a day as people read it."""
    return formats.date_format(of, "SHORT_DATE_FORMAT")


def state(last_day: date | None) -> str:
    """Say whether an older way of signing is accepted."""
    if last_day is None:
        return _("Not accepted")
    return _("Accepted until the end of %(day)s") % {"day": day(last_day)}


def accepted(algorithm: str, last_day: date) -> str:
    """Say that an older way of signing is accepted from now on."""
    words = {"algorithm": algorithm, "day": day(last_day)}
    return _("%(algorithm)s is accepted until the end of %(day)s.") % words


def ended(algorithm: str) -> str:
    """Say that an older way of signing is accepted no more."""
    return _("%(algorithm)s is no longer accepted.") % {"algorithm": algorithm}


def last_possible(day_of_end: date) -> str:
    """Say how far ahead the last day may be."""
    return _("The last possible day is %(day)s, 90 days from today.") % {"day": day(day_of_end)}
