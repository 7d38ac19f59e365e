"""Text as people search it."""

import unicodedata

from django.utils.encoding import punycode

BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing although Unicode calls them letters, marks or symbols."""
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn"})
"""Categories of what shows nothing: controls, formats (those of direction too), unassigned."""


def fold(text: str) -> str:
    """Return ``text`` without case, accents or surrounding space, to search and sort by.

    "Työvuorolista" is found by "tyovuoro" too. Stored beside the names, because SQLite's own
    LIKE folds ASCII letters only.
    """
    decomposed = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def visible(text: str) -> str:
    """Return ``text`` on one line, with single spaces, without what nobody sees.

    Two names that look alike would else be two, and one could look like nothing at all. The
    variation selectors go too: they change only how a character is drawn.
    """
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join("".join(filter(is_seen, composed)).split())


def is_seen(letter: str) -> bool:
    """Tell whether a character shows anything, be it a space.

    NUL counts as seen: nobody types it, and fields refuse it with a message of their own.
    """
    if letter in BLANK_LETTERS or (unicodedata.category(letter) in UNSEEN and letter != "\0"):
        return False
    return "VARIATION SELECTOR" not in unicodedata.name(letter, "")


def has_letter(text: str) -> bool:
    """Tell whether there is one letter, without which nothing is a name."""
    return any(unicodedata.category(letter).startswith("L") for letter in text)


def one_spelling(email: str) -> str:
    """Return an email as it is stored and looked for: in lower case, its domain in ASCII (IDNA).

    What is no email comes back as it is, to be refused where it was typed.
    """
    name, at, domain = visible(email).lower().rpartition("@")
    try:
        return f"{name}{at}{punycode(domain)}"
    except UnicodeError:
        return f"{name}{at}{domain}"
