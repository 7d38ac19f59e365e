"""Text as people type, search and sort it."""

import unicodedata
from functools import lru_cache

PLACES = {
    **dict.fromkeys("å", "{"),
    **dict.fromkeys("äæǽ", "|"),
    **dict.fromkeys("öøőœǿ", "}"),
    **dict.fromkeys("üű", "y"),
    **dict.fromkeys("đð", "d"),
    "ł": "l",
    "þ": "th",
}
"""Where letters stand that are not sorted as the one below their accent; Å, Ä and Ö are last,
as the three signs behind "z"."""
MINUS = "\u2212"
PARTS_NOTHING = ("Cf", "Mn", "Mc", "Me")
"""Categories of signs that part no words: invisible ones and accents of their own."""

BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing although Unicode calls them letters, marks or symbols."""
UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn"})
"""Categories of what shows nothing: controls, formats (those of direction too), unassigned."""


def legible(text: str) -> str:
    """Return ``text`` without the invisible signs that are pasted along, soft hyphens too."""
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf")


def as_code(text: str) -> str:
    """Return a key, business id or code as it is written, however it was pasted.

    White space and invisible signs are no part of one, and every dash is "-".
    """
    signs = "".join(legible(text).split())
    return "".join("-" if is_dash(sign) else sign for sign in signs)


def is_dash(sign: str) -> bool:
    """Tell whether a sign is a dash, or a minus, which looks like one."""
    return unicodedata.category(sign) == "Pd" or sign == MINUS


def fold(text: str) -> str:
    """Return ``text`` without case, accents, invisible signs or surrounding space, to search by.

    "Työvuorolista" is found by "tyovuoro" too. Stored beside the names, because SQLite's own
    LIKE folds ASCII letters only.
    """
    decomposed = unicodedata.normalize("NFKD", legible(text).strip()).casefold()
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
        return f"{name}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{name}{at}{domain}"


@lru_cache(maxsize=10_000)
def sort_key(text: str) -> str:
    """Return what ``text`` is sorted by, compared sign by sign.

    Digits, A to Z without case or accents (W behind V), then Å, Ä, Ö; whatever is neither letter
    nor digit parts words. Source: CLDR's collations of Finnish and Swedish, which agree in this.
    """
    letters = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(map(_place, letters)).split())


def _place(letter: str) -> str:
    if letter.isalnum():
        return PLACES.get(letter) or fold(letter)
    return "" if unicodedata.category(letter) in PARTS_NOTHING else " "
