"""What an integration is allowed beyond what it needs, in words, signs and one button."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.resources.catalogue import Catalogue
from apps.resources.models import Sensitivity
from apps.resources.rules import ResourceSet, Standing
from apps.rights.texts import SignLook, sign_of

MORE = SignLook("more", "icon-partly", gettext_lazy("Allowed more than it needs"))


def signs_of(standing: Standing) -> list[SignLook]:
    """Return the signs beside an integration's name, in their order."""
    return [sign for sign in (sign_of(standing), more_of(standing)) if sign]


def more_of(standing: Standing) -> SignLook | None:
    """Return the sign of what is allowed more than it needs, where its needs are documented."""
    return MORE if standing.exceeds else None


def roughly_more(standing: Standing) -> str:
    """Say in small words what a sign would say, where its needs are our estimate."""
    if not standing.surplus or are_documented(standing):
        return ""
    return _("more than it needs, by our estimate")


def are_documented(standing: Standing) -> bool:
    """Tell whether its needs are written down by its vendor or Netvisor."""
    return standing.integration is not None and standing.integration.needs_are_documented


def more_than_needed(standing: Standing, catalogue: Catalogue) -> str:
    """Say how many resources are allowed beyond what is needed; empty when none is."""
    words = _beyond(standing, catalogue)
    if not standing.surplus:
        return ""
    if words["section"]:
        return _("%(more)d allowed beyond what it needs, %(pay)d of them in %(section)s.") % words
    return _("%(more)d allowed beyond what it needs.") % words


def beyond(standing: Standing, catalogue: Catalogue) -> tuple[str, str]:
    """Return what to say of it beside the rows: plainly, or quietly where it is our estimate."""
    more = more_than_needed(standing, catalogue)
    return (more, "") if are_documented(standing) else ("", more)


def needs_less(standing: Standing, catalogue: Catalogue) -> str:
    """Say how little an integration needs that was allowed as a whole; empty when it needs all."""
    words = _beyond(standing, catalogue)
    if not standing.surplus:
        return ""
    if are_documented(standing):
        said = _("It needs %(count)d: %(more)d more than it needs, %(pay)d of them in %(section)s.")
        bare = _("It needs %(count)d: %(more)d more than it needs.")
    else:
        said = _(
            "By our estimate it needs %(count)d: "
            "%(more)d more than it needs, %(pay)d of them in %(section)s."
        )
        bare = _("By our estimate it needs %(count)d: %(more)d more than it needs.")
    return (said if words["section"] else bare) % words


def _beyond(standing: Standing, catalogue: Catalogue) -> dict[str, str | int]:
    section, pay = _concerning_pay(standing.surplus, catalogue)
    needed, more = len(standing.needed), len(standing.surplus)
    return {"count": needed, "more": more, "section": section, "pay": pay}


def _concerning_pay(resources: ResourceSet, catalogue: Catalogue) -> tuple[str, int]:
    """Return the section with most resources about pay, and how many of the set are in it."""
    pay = catalogue.where(lambda one: one.sensitivity == Sensitivity.PAY) & resources
    if not pay:
        return "", 0
    found = max(catalogue.sections, key=lambda section: len(section.positions & pay))
    return found.section.name, len(found.positions & resources)


def keep_needed(count: int) -> str:
    """Return the words of the button that blocks what is allowed beyond what is needed."""
    return ngettext("Keep only the one", "Keep only the %(count)s", count) % {"count": count}


def keep_of(standing: Standing) -> str:
    """Return the words of the button that keeps what is needed alone; empty where all of it is."""
    return keep_needed(len(standing.kept)) if standing.surplus and standing.kept else ""
