"""Text as people search it."""

import unicodedata


def fold(text: str) -> str:
    """Return ``text`` without case, accents or surrounding space, to search and sort by.

    "Työvuorolista" is found by "tyovuoro" too. Stored beside the names, because SQLite's own
    LIKE folds ASCII letters only.
    """
    decomposed = unicodedata.normalize("NFKD", text.strip()).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
