"""Parts of addresses, registered for every app."""

from django.urls import register_converter
from django.urls.converters import IntConverter, StringConverter


class RowNumber(IntConverter):
    """The number of a row, as far as databases count."""

    regex = "[1-9][0-9]{0,17}"


class PublicId(StringConverter):
    """An integration's part of an address; anything else is no address of ours."""

    regex = "[0-9a-f]{16}"


register_converter(RowNumber, "row_number")
register_converter(PublicId, "public_id")
