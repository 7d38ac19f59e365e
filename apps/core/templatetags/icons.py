"""Icons beside words that say the same, and signs that stand alone."""

from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@lru_cache
def icon(name: str, look: str = "", label: str = "") -> str:
    """Return an icon of ``static/icons.svg``; without a label those who cannot see it miss nothing."""
    hidden = SafeString('aria-hidden="true"')
    says = format_html('role="img" aria-label="{}"', label) if label else hidden
    place = static("icons.svg")
    return format_html(
        '<svg class="{}" {}><use href="{}#i-{}"/></svg>', f"icon {look}".strip(), says, place, name
    )
