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
