"""How long somebody stays signed in, and what a browser is called: no database."""

from collections.abc import Mapping
from dataclasses import dataclass

SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
"""By what stands in the header User-Agent; the first that is found, as most name others too."""


def browser_of(user_agent: str) -> tuple[str, str]:
    """Return browser and system, each empty if it is not known."""
    found = [
        next((name for sign, name in names.items() if sign in user_agent), "")
        for names in (BROWSERS, SYSTEMS)
    ]
    return found[0], found[1]


@dataclass(frozen=True)
class Ends:
    """When a session is over, in seconds since 1970: by doing nothing, and in any case."""

    idle: float
    latest: float

    @property
    def first(self) -> float:
        """When it is over if nothing is done until then."""
        return min(self.idle, self.latest)


def ends_of(
    *, now: float, began: float | None, seen: float | None, idle: float, longest: float
) -> Ends | None:
    """Return when a session ends, or nothing if it is over.

    A time that has not come yet is of a clock that was set back since. It must not lengthen
    anything: such a session is over, and so is one without times.
    """
    if began is None or seen is None or not began <= seen <= now:
        return None
    ends = Ends(seen + idle, began + longest)
    return ends if now < ends.first else None


MULTI_FACTOR = frozenset(
    {
        "phr",
        "phrh",
        "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    }
)
"""Values of "acr" that say so: OpenID's and REFEDS' own."""


def is_multi_factor(claims: Mapping[str, object]) -> bool:
    """Tell whether a provider says that it asked for a second factor (RFC 8176, OpenID's acr)."""
    amr, acr = claims.get("amr"), claims.get("acr")
    return (isinstance(amr, list) and "mfa" in amr) or (
        isinstance(acr, str) and acr in MULTI_FACTOR
    )


def given_at(claims: Mapping[str, object]) -> float:
    """Return when somebody gave it there, 0 if that is not said: it may have been long ago."""
    at = claims.get("auth_time")
    return float(at) if isinstance(at, int) else 0.0
