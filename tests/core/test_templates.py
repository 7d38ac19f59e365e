"""Blanks that only the writers of a template need are gone when it is loaded."""

import re
from pathlib import Path

import pytest
from django.template import Engine
from django.template.loader import get_template

from apps.core.templates import tight


@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        ("<ul>\n  <li>a</li>\n</ul>\n", "<ul><li>a</li></ul>"),
        ("<p>\n  {{ name }}\n</p>", "<p>{{ name }}</p>"),
        ("{% if a %}\n  {{ b }}\n{% endif %}\n", "{% if a %}{{ b }}{% endif %}"),
        ("{# Needs: a. #}\n{{ a }}\n", "{# Needs: a. #}{{ a }}"),
        ("a\n\n\t<br>\r\n  b", "a<br>b"),
        ("{% if a < b and b > c %}\n <i>", "{% if a < b and b > c %}<i>"),
    ],
)
def test_beside_a_tag_a_line_break_vanishes(written, loaded):
    assert tight(written) == loaded


@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        ("one\n  two", "one two"),
        ("{{ one }}\n  {{ two }}", "{{ one }} {{ two }}"),
        ("<p>\n  one\n  {{ two }}\n</p>", "<p>one {{ two }}</p>"),
        ("3 < 4\n5 > 4", "3 < 4 5 > 4"),
    ],
)
def test_between_words_a_line_break_is_a_blank(written, loaded):
    assert tight(written) == loaded


@pytest.mark.parametrize(
    "written",
    [
        "text <b>x</b> more",
        "{% if a %} · {{ a }}{% endif %}",
        "<a>a</a> <a>b</a>",
        "<pre>\n a\n\n <b>b</b>\n</pre>",
        "<textarea>\n{{ text }}\n</textarea>",
        "<script>\nlet a;\nlet b;\n</script>",
        "{% blocktranslate trimmed with a=b %}\n  one\n  <b>two</b>\n{% endblocktranslate %}",
        '<a title="{% blocktranslate %}one\ntwo{% endblocktranslate %}">',
    ],
)
def test_everything_else_stays(written):
    assert tight(written) == written


@pytest.mark.parametrize(
    ("written", "loaded"),
    [
        ('<a\n  href="x"\n  id="y"\n>\n  a\n</a>', '<a href="x" id="y">a</a>'),
        ('<input\n  name="a"\n/>', '<input name="a"/>'),
        (
            "<input\n  {% if a > b %}disabled{% endif %}\n  id={{ a }}>",
            "<input {% if a > b %}disabled{% endif %} id={{ a }}>",
        ),
    ],
)
def test_in_a_tag_a_line_break_is_a_blank(written, loaded):
    assert tight(written) == loaded


def source(name):
    """Return what the settings' loaders make of a template's file."""
    return Engine.get_default().get_template(name).source


def test_our_pages_are_loaded_tight_and_their_partials_found():
    assert "\n" not in source("core/_field.html")
    assert get_template("identifiers/edit.html#form")


BLOCKS = r"(?:\{% (?:if|endif)\b[^%]*%\})*"
RUN_TOGETHER = re.compile(
    r'(?:[\w.,:;!?]|\{% endblocktranslate %\}|\{% translate "[^"]*" %\}|\}\})'
    rf'{BLOCKS}<a (?!class="button)'
    rf"|</a>{BLOCKS}(?:\w|\{{\{{|\{{% (?:block)?translate )"
)
"""Words and the link beside them, without a blank; buttons stand apart by themselves."""


def test_a_blank_parts_a_sentence_and_its_link():
    found = [
        f"{path.name}: {hit[0]}"
        for path in Path("templates").rglob("*.html")
        for hit in RUN_TOGETHER.finditer(tight(path.read_text()))
    ]
    assert found == []


def test_mails_and_the_pages_of_libraries_stay_as_they_are():
    assert "\n\n" in source("identifiers/mail/reminder.txt")
    assert "\n" in source("admin/index.html")
