"""Every visible string stands in three languages."""

import ast
import csv
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
GETTEXT = {
    *("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"),
    *("pgettext", "pgettext_lazy", "npgettext"),
}
OTHER_WORDS = {
    "en": r"please|somebody new|any more|interface rights|put back|members?|mail",
    "fi": r"saakka|pysyvästi|saatavilla|uudestaan|jäsen|rajapintaoikeu\w*|käyttäjätunnus\w*",
    "sv": r"permanent|stanna\w*|medlem\w?|verifikation\w*|löneräkning\w*|lönebesked\w*"
    r"|gränssnittsbehörighet\w*|åtkomsträttighet\w*|redigeringsrätt|epost\w*",
}
"""What a thing is not called, by language; docs/translating.md says what it is called."""
UNTYPED = r"""["]|\.\.\.|\d \d{3}(?!\d)| - |  """
"""Straight quotes, three dots, a number that breaks in two, a hyphen for a dash, two spaces."""


def catalog(language):
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def calls_of(source):
    """Yield (context, msgid) of each gettext call in Python source."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if node.func.id in GETTEXT and texts:
            is_context = "pgettext" in node.func.id
            yield (texts[0] if is_context else None), texts[1 if is_context else 0]


def strings_in_code():
    for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("netvisor_rights/*.py")]:
        yield from calls_of(path.read_text())


def said_in(language):
    """Yield every text of the product in a language: its strings and its catalogue."""
    for entry in catalog("fi" if language == "en" else language):
        if language == "en":
            yield from filter(None, [entry.msgid, entry.msgid_plural])
        else:
            yield from entry.msgstr_plural.values() or [entry.msgstr]
    for path in ROOT.glob("apps/resources/csv/*.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            yield from (text for name, text in row.items() if name.endswith(f"_{language}"))


def strings_in_templates():
    pattern = re.compile(
        r"""\b(?:n?gettext|_)\(\s*(?:u?"((?:[^"\\]|\\.)*)"|u?'((?:[^'\\]|\\.)*)')"""
    )
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("templates/**/*.txt")]:
        for double, single in pattern.findall(templatize(path.read_text(), origin=str(path))):
            yield ast.literal_eval(f'"""{double or single}"""')


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_entry_is_missing_fuzzy_or_left_over(language):
    entries = catalog(language)
    assert [entry.msgid for entry in entries.untranslated_entries()] == []
    assert [entry.msgid for entry in entries.fuzzy_entries()] == []
    assert [entry.msgid for entry in entries.obsolete_entries()] == []
    assert not entries.metadata_is_fuzzy


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_placeholders_are_the_same(language):
    for entry in catalog(language):
        wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        for text in entry.msgstr_plural.values():
            assert set(PLACEHOLDER.findall(text)) <= wanted, entry.msgid
        last = entry.msgstr_plural[1] if entry.msgid_plural else entry.msgstr
        assert set(PLACEHOLDER.findall(last)) == wanted, entry.msgid


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_string_of_the_code_is_in_the_catalog(language):
    known = {(entry.msgctxt, entry.msgid) for entry in catalog(language)}
    assert set(strings_in_code()) - known == set()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_string_of_the_templates_is_in_the_catalog(language):
    known = {entry.msgid for entry in catalog(language)}
    found = set(strings_in_templates())
    assert len(found) > 80
    assert found - known == set()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_entry_is_said_somewhere(language):
    found = {msgid for _context, msgid in strings_in_code()} | set(strings_in_templates())
    assert {entry.msgid for entry in catalog(language)} - found == set()


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_one_thing_has_one_name(language):
    other = re.compile(rf"\b({OTHER_WORDS[language]})\b", re.IGNORECASE)
    assert [text for text in said_in(language) if other.search(text)] == []


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
def test_texts_are_typeset(language):
    assert [text for text in said_in(language) if re.search(UNTYPED, text)] == []


def test_templates_say_nothing_that_is_not_translatable():
    """Text between tags, outside the error pages that are said in every language at once."""
    outside = re.compile(
        r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{[%{#].*?[%}#]\}|<!--.*?-->|<[^>]*>",
        re.DOTALL,
    )
    allowed = re.compile(r"^[\W\d_]*$|^(Netvisor Rights|403|404|u)$")
    for path in ROOT.glob("templates/**/*.html"):
        if path.name in ("bare.html", "400.html", "413.html", "500.html", "503.html"):
            continue
        text = re.sub(r"(?s)<(script|style|title)\b.*?</\1>", "", path.read_text())
        for words in outside.sub("\n", text).splitlines():
            assert allowed.match(words.strip()), f"{path}: {words.strip()}"
