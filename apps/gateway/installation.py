"""How an installation is asked: read from its settings, and checked before it is believed."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from apps.gateway.signing import Base

SECRET_LENGTH = 32
ENDPOINT = "/gateway/authorize"


class Target(StrEnum):
    """The one place where the gateway says what was asked for: never another instead."""

    ORIGINAL_URI = "x-original-uri"
    FORWARDED_URI = "x-forwarded-uri"
    REQUEST_LINE = "request-line"


SAID_IN = {
    Target.ORIGINAL_URI: ("HTTP_X_ORIGINAL_URI", "HTTP_X_ORIGINAL_METHOD"),
    Target.FORWARDED_URI: ("HTTP_X_FORWARDED_URI", "HTTP_X_FORWARDED_METHOD"),
    Target.REQUEST_LINE: ("RAW_URI", "REQUEST_METHOD"),
}
"""Where target and method stand in a WSGI environment."""


class SettingsError(ValueError):
    """Settings of the gateway that are missing or wrong; says which, each in a sentence."""


@dataclass(frozen=True)
class Installation:
    """Public addresses, where the target stands, who may ask, and how old a signature may be."""

    bases: Sequence[Base]
    target: Target
    secrets: Sequence[str]
    addresses: frozenset[str]
    lag: timedelta

    def knows(self, environ: Mapping[str, str]) -> bool:
        """Tell whether a gateway of ours asks: by its secret, or by its address."""
        said = environ.get("HTTP_X_GATEWAY_SECRET", "").encode()
        fits = [hmac.compare_digest(said, secret.encode()) for secret in self.secrets]
        return any(fits) or environ.get("REMOTE_ADDR") in self.addresses

    @property
    def passing(self) -> int:
        """The status that lets a request pass: Envoy, which asks in its request line, wants 200."""
        return 200 if self.target is Target.REQUEST_LINE else 204

    def asked(self, environ: Mapping[str, str]) -> tuple[str, str]:
        """Return target and method of the request that the gateway asks about.

        The method is a note for the log, which nobody has signed: what is no word is none.
        """
        target, method = (environ.get(name, "") for name in SAID_IN[self.target])
        if self.target is Target.REQUEST_LINE:
            target = target.removeprefix(ENDPOINT)
        return target, method if method.isascii() and method.isalpha() else ""


def read(
    *,
    bases: Sequence[str],
    target: str,
    secrets: Sequence[str],
    addresses: Sequence[str],
    lag: int,
) -> Installation:
    """Return the installation that the settings describe; raises SettingsError."""
    problems, plain = [], []
    for url in bases:
        try:
            plain.append(Base.of(url))
        except ValueError as error:
            problems.append(f"GATEWAY_BASES: {error}.")
    if not bases:
        problems.append("GATEWAY_BASES lacks the public addresses of the interface.")
    if target not in list(Target):
        problems.append(f"GATEWAY_TARGET must be one of {', '.join(Target)}.")
    if not secrets and not addresses:
        problems.append("GATEWAY_SECRETS or GATEWAY_ADDRESSES must say who may ask.")
    if any(len(secret) < SECRET_LENGTH for secret in secrets):
        problems.append(f"GATEWAY_SECRETS: each needs {SECRET_LENGTH} characters or more.")
    if not 1 <= lag <= 86_400:
        problems.append("GATEWAY_LAG must be between 1 and 86400 seconds.")
    if problems:
        raise SettingsError("\n".join(problems))
    return Installation(
        plain, Target(target), secrets, frozenset(addresses), timedelta(seconds=lag)
    )
