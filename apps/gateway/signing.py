"""How a request of the interface is written and signed: pure, no database.

Source: the signing of published clients; which of it we accept and why stands in
docs/decisions/013.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import unquote_to_bytes, urlsplit

TARGET = re.compile(r"/[^\x00-\x20\x7f]{0,7999}")
AUTHENTICATION = "HTTP_X_NETVISOR_AUTHENTICATION_"
HEADERS = {
    "sender": f"{AUTHENTICATION}SENDER",
    "customer": f"{AUTHENTICATION}CUSTOMERID",
    "partner": f"{AUTHENTICATION}PARTNERID",
    "timestamp": f"{AUTHENTICATION}TIMESTAMP",
    "unix": f"{AUTHENTICATION}TIMESTAMPUNIX",
    "transaction": f"{AUTHENTICATION}TRANSACTIONID",
    "mac": f"{AUTHENTICATION}MAC",
    "algorithm": f"{AUTHENTICATION}MACHASHCALCULATIONALGORITHM",
    "language": "HTTP_X_NETVISOR_INTERFACE_LANGUAGE",
    "company": "HTTP_X_NETVISOR_ORGANISATION_ID",
}
"""The parts of a question, and the headers that carry them, as WSGI names them."""
WRITTEN = {
    "sender": re.compile(r"[^&\x00-\x1f\x7f]{1,200}"),
    "customer": re.compile(r"[A-Za-z0-9_-]{1,64}"),
    "partner": re.compile(r"[A-Za-z0-9_ -]{1,64}"),
    "timestamp": re.compile(r"[!-%'-+\--~ ]{1,40}"),
    "unix": re.compile(r"[0-9]{1,12}|"),
    "transaction": re.compile(r"[!-%'-+\--~ ]{1,128}"),
    "mac": re.compile(r"[0-9A-Fa-f]{32}|[0-9A-Fa-f]{64}"),
    "algorithm": re.compile(r"[A-Z0-9]{0,20}"),
    "language": re.compile(r"[A-Za-z-]{1,10}"),
    "company": re.compile(r"[!-%'-+\--~]{1,20}"),
}
"""What each part may look like. No comma but in the sender's name: servers join with it what is
sent twice. No "&" in what is signed: it would part the signed text differently."""
KEPT_ESCAPED = frozenset(b"&=#%+/?;")
"""Undoing these escapes would make one signature fit two requests."""
ESCAPE = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
NAMED = re.compile(r"/([A-Za-z0-9_]{1,57}\.nv)")
"""How a resource is asked for; none of ours has a longer name, and none fits the log."""
ENCODINGS = ("iso-8859-1", "iso-8859-15", "utf-8")


class Algorithm(StrEnum):
    """How the signature is made; no name means MD5, as the oldest clients send none."""

    HMACSHA256 = "HMACSHA256"
    SHA256 = "SHA256"
    MD5 = "MD5"

    @property
    def older(self) -> bool:
        """Whether a company has to accept it expressly."""
        return self is not Algorithm.HMACSHA256


OLDER = [one for one in Algorithm if one.older]


class MalformedError(ValueError):
    """A request that has no plain form: nobody can say what it asks."""


@dataclass(frozen=True)
class Question:
    """A request as its client signed it; texts as sent, each byte one character."""

    target: str
    sender: str
    customer: str
    partner: str
    timestamp: str
    unix: str
    transaction: str
    mac: str
    algorithm: Algorithm
    language: str
    company: str

    @property
    def signed_at(self) -> datetime | None:
        """When it was signed by its own account; none when that cannot be read."""
        try:
            if not self.algorithm.older:
                return datetime.fromtimestamp(int(self.unix), UTC)
            return datetime.fromisoformat(self.timestamp.strip().removesuffix("Z")).replace(
                tzinfo=UTC
            )
        except (ValueError, OverflowError, OSError):
            return None

    @property
    def path(self) -> str:
        """What is asked for, without its query."""
        return self.target.partition("?")[0]


def read(environ: Mapping[str, str], target: str) -> Question:
    """Return the question that some headers ask about a target.

    Raises MalformedError unless every part is there once and is written plainly.
    """
    if not TARGET.fullmatch(target):
        raise MalformedError("target")
    if any("," in text for name, text in environ.items() if sent_once(name)):
        raise MalformedError("repeated")
    parts = {name: environ.get(header, "") for name, header in HEADERS.items()}
    for name, text in parts.items():
        if not WRITTEN[name].fullmatch(text):
            raise MalformedError(name)
    try:
        algorithm = Algorithm(parts.pop("algorithm") or Algorithm.MD5)
    except ValueError:
        raise MalformedError("algorithm") from None
    if not algorithm.older and not parts["unix"]:
        raise MalformedError("unix")
    return Question(target=target, algorithm=algorithm, **parts)


def sent_once(name: str) -> bool:
    """Tell whether a comma in a header means that it was sent twice: servers join those."""
    return name.startswith("HTTP_X_NETVISOR_") and name != HEADERS["sender"]


@dataclass(frozen=True)
class Base:
    """A public address of the gateway: where clients send requests, and a path before each."""

    origin: str
    prefix: str

    @classmethod
    def of(cls, url: str) -> Base:
        """Read an address of the settings; raises ValueError unless it is a plain one."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no public address")
        if parts.query or parts.fragment or parts.username or parts.path.endswith("/"):
            raise ValueError(f"{url!r} has more than scheme, host, port and path")
        return cls(f"{parts.scheme}://{parts.netloc}", parts.path)

    def __str__(self) -> str:
        return self.origin + self.prefix

    @property
    def origins(self) -> tuple[str, ...]:
        """Its ways to be written: the default port may be named or not."""
        port = ":443" if self.origin.startswith("https:") else ":80"
        bare = self.origin.removesuffix(port)
        named = urlsplit(bare).port is not None
        return (bare,) if named else (bare, bare + port)

    def resource(self, question: Question) -> str:
        """Return the code of the one resource that is asked for in a plain way, else nothing."""
        found = NAMED.fullmatch(question.path.removeprefix(self.prefix))
        return found[1].lower() if found else ""


@dataclass(frozen=True)
class Match:
    """How a right signature was made."""

    base: Base
    encoding: str
    unescaped: bool


def readable(text: str) -> str:
    """Return bytes that came as characters as the text they are: UTF-8, else Latin-1."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except UnicodeDecodeError:
        return text


def unescaped(target: str) -> str:
    """Return a target with its escapes undone, but for those that part it."""

    def plain(found: re.Match[str]) -> str:
        kept = re.sub(
            rb"[&=#%+/?;\x00-\x1f\x7f]",
            lambda byte: b"%%%02X" % byte[0][0],
            unquote_to_bytes(found[0]),
        )
        return readable(kept.decode("latin-1"))

    return ESCAPE.sub(plain, target)


def addresses(question: Question, bases: Sequence[Base]) -> Iterator[tuple[str, Base, bool]]:
    """Yield the addresses that the client may have signed, the likeliest first."""
    sent = readable(question.target)
    bare = unescaped(question.target)
    for base in bases:
        if not question.path.startswith(f"{base.prefix}/"):
            continue
        for origin in base.origins:
            yield origin + sent, base, False
            if bare != sent:
                yield origin + bare, base, True


def digests(
    question: Question, keys: tuple[str, str], bases: Sequence[Base]
) -> Iterator[tuple[str, Match]]:
    """Yield every signature that would be right, in lower-case hex, and how it is made."""
    secret = "&".join(keys)
    fields = [
        readable(question.sender),
        question.customer,
        question.timestamp,
        question.language,
        question.company,
        question.transaction,
    ]
    if not question.algorithm.older:
        fields.append(question.unix)
    for address, base, bare in addresses(question, bases):
        text = "&".join([address, *fields, secret])
        for encoding in ENCODINGS[:1] if text.isascii() else ENCODINGS:
            try:
                signed = text.encode(encoding)
            except UnicodeEncodeError:
                continue
            match = Match(base, encoding, bare)
            yield digest(question.algorithm, secret.encode(), signed), match


def digest(algorithm: Algorithm, secret: bytes, signed: bytes) -> str:
    """Return the signature of a text; the two older ones know no secret beside it."""
    if algorithm is Algorithm.HMACSHA256:
        return hmac.digest(secret, signed, "sha256").hex()
    if algorithm is Algorithm.SHA256:
        return hashlib.sha256(signed).hexdigest()
    return hashlib.md5(signed, usedforsecurity=False).hexdigest()


def match(question: Question, keys: tuple[str, str], bases: Sequence[Base]) -> Match | None:
    """Return how the question is signed with two keys, the identifier's and the partner's.

    None when it is not. Every candidate is compared, and in constant time, so that the time of
    the answer tells nothing of the keys.
    """
    sent = question.mac.lower()
    found = [
        how for right, how in digests(question, keys, bases) if hmac.compare_digest(right, sent)
    ]
    return found[0] if found else None


class Part(StrEnum):
    """A part of a signed text, in the order in which they are joined."""

    ADDRESS = "address"
    SENDER = "sender"
    CUSTOMER = "customer"
    TIMESTAMP = "timestamp"
    LANGUAGE = "language"
    COMPANY = "company"
    TRANSACTION = "transaction"
    UNIX = "unix"
    KEY = "key"
    PARTNER_KEY = "partner_key"


def parts_of(text: str, algorithm: Algorithm) -> dict[Part, str]:
    """Return the parts of a text that a client signed; only its address may hold an "&".

    Raises MalformedError for a text that has too few.
    """
    order = [part for part in Part if part is not Part.UNIX or not algorithm.older]
    found = text.rsplit("&", len(order) - 1)
    if len(found) < len(order):
        raise MalformedError("parts")
    return dict(zip(order, found, strict=True))


def wrong_part(
    parts: Mapping[Part, str], right: Mapping[Part, str], bases: Sequence[Base]
) -> Part | None:
    """Return the first part of a signed text that is not as it must be, if there is one.

    ``right`` has the parts that are known; of the others only their form is.
    """
    for part, text in parts.items():
        if part is Part.ADDRESS:
            fits = any(
                text.startswith(f"{origin}{base.prefix}/")
                for base in bases
                for origin in base.origins
            )
        elif part in right:
            fits = hmac.compare_digest(text.encode(), right[part].encode())
        else:
            fits = bool(text and WRITTEN[part].fullmatch(text))
        if not fits:
            return part
    return None


def parameters_of(question: Question) -> list[str]:
    """Return the names in the query, never their values."""
    query = question.target.partition("?")[2]
    return sorted({part.partition("=")[0] for part in query.split("&") if part})


def signed(question: Question, keys: tuple[str, str], base: Base) -> dict[str, str]:
    """Return the headers of a question, signed with two keys as a client of a base signs it."""
    mac, _how = next(digests(question, keys, [base]))
    return {header: getattr(question, name) for name, header in HEADERS.items()} | {
        HEADERS["mac"]: mac
    }
