"""The icons are those of the library."""

from django.conf import settings
from django.template.loader import render_to_string


def test_the_icons_are_drawn_from_the_library():
    stored = (settings.BASE_DIR / "static" / "icons.svg").read_text()
    assert stored == render_to_string("core/icons.svg"), "make icons"
