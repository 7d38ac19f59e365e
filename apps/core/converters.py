"""Parts of addresses, registered for every app."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class RowNumber(IntConverter):
    """The number of a row, as far as databases count."""

    regex = "[1-9][0-9]{0,17}"


register_converter(RowNumber, "row_number")
