"""Every visible string stands in three languages."""

import ast
import re
from pathlib import Path

import polib
import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "pgettext_lazy"}


def catalog(language):
    return polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))


def calls_of(source):
    """Yield (context, msgid) of each gettext call in Python source."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        if node.func.id in GETTEXT and texts:
            is_context = node.func.id.startswith("pgettext")
            yield (texts[0] if is_context else None), texts[1 if is_context else 0]


def strings_in_templates():
    pattern = re.compile(
        r"""\b(?:n?gettext|_)\(\s*(?:u?"((?:[^"\\]|\\.)*)"|u?'((?:[^'\\]|\\.)*)')"""
    )
    for path in ROOT.glob("templates/**/*.html"):
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
    for path in [*ROOT.glob("apps/**/*.py"), *ROOT.glob("netvisor_rights/*.py")]:
        missing = set(calls_of(path.read_text())) - known
        assert not missing, path


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_string_of_the_templates_is_in_the_catalog(language):
    known = {entry.msgid for entry in catalog(language)}
    found = set(strings_in_templates())
    assert len(found) > 80
    assert found - known == set()


def test_templates_say_nothing_that_is_not_translatable():
    """Text between tags, outside the error pages that are said in every language at once."""
    outside = re.compile(
        r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{[%{#].*?[%}#]\}|<!--.*?-->|<[^>]*>",
        re.DOTALL,
    )
    allowed = re.compile(r"^[\W\d_]*$|^(Netvisor Rights|403|404|u)$")
    for path in ROOT.glob("templates/**/*.html"):
        if path.name in ("400.html", "413.html", "500.html"):
            continue
        text = re.sub(r"(?s)<(script|style|title)\b.*?</\1>", "", path.read_text())
        for words in outside.sub("\n", text).splitlines():
            assert allowed.match(words.strip()), f"{path}: {words.strip()}"
