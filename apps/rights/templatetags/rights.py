"""Rows that are rendered once per process: docs/decisions/006."""

from django import template
from django.template.loader import render_to_string
from django.utils.translation import get_language

from apps.resources.catalogue import Catalogue
from apps.rights.page import Look

register = template.Library()


@register.simple_tag
def kept_row(catalogue: Catalogue, look: Look) -> str:
    """Return the inside of a row; it shows its resource, its look and the language alone.

    What is kept goes with the catalogue, so a new version of that drops it.
    """
    key = (get_language(), *look)
    if key not in catalogue.rows:
        context = {"resource": catalogue.at(look.position), "look": look}
        catalogue.rows[key] = render_to_string("rights/_row.html", context)
    return catalogue.rows[key]
