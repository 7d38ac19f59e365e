"""Templates are written for people and loaded for browsers: docs/decisions/012."""

import re

from django.template import Origin
from django.template.loaders import filesystem

WORDS = r"\{%\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}"
MARK = rf"{WORDS}|\{{%.*?%\}}|\{{#.*?#\}}"
TAG = rf"<[/!a-z](?>{MARK}|\{{\{{.*?\}}\}}|[^>])*+>"
AS_WRITTEN = r"<(?P<raw>pre|textarea|script)\b.*?</(?P=raw)>"
PIECE = re.compile(f"{AS_WRITTEN}|(?P<tag>{TAG})|{MARK}", re.DOTALL | re.IGNORECASE)
IN_TAG = re.compile(rf"(?P<words>{WORDS})|\s*\n\s*(?P<end>/?>$)?", re.DOTALL)
AT_AN_END = re.compile(r"^\s*\n\s*|\s*\n\s*$")
BETWEEN_WORDS = re.compile(r"\s*\n\s*")


class TightLoader(filesystem.Loader):
    """Loads our own HTML templates without the blanks that only their writers need."""

    def get_contents(self, origin: Origin) -> str:
        """Return the source without those blanks; raises TemplateDoesNotExist."""
        source = super().get_contents(origin)
        return tight(source) if origin.name.endswith(".html") else source


def tight(source: str) -> str:
    """Return a template without the line breaks that nobody sees, and the blanks around them.

    Beside a tag, a template tag, a comment or an end of the file nothing is left of them;
    between words, or attributes, one blank. What does not break a line stays.
    """
    parts, start = [], 0
    for piece in PIECE.finditer(source):
        parts += [_text(source[start : piece.start()]), _on_one_line(piece)]
        start = piece.end()
    return "".join([*parts, _text(source[start:])])


def _text(text: str) -> str:
    return BETWEEN_WORDS.sub(" ", AT_AN_END.sub("", text))


def _on_one_line(piece: re.Match[str]) -> str:
    if not piece["tag"]:
        return piece[0]
    return IN_TAG.sub(lambda found: found["words"] or found["end"] or " ", piece[0])
