"""The icons of every page."""

from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(name="icon_sprite")
@cache
def icon_sprite() -> SafeString:
    """Return the sprite, drawn once per process: drawing it takes longer than most pages."""
    return render_to_string("core/_icons.html")
