"""What every long list shares: its form, its pages by key, and their addresses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.core.paging import Key, Page, Row, page_by

Order = Mapping[str, Callable[[Any], Any]]
"""The columns of an order, "-" before one that falls, and how a value of each is read."""


def text(value: Any) -> str:
    """Read a text; raises ValueError for anything else, and for what no database takes."""
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError(value)
    value.encode()  # raises UnicodeEncodeError, which is one, for half a character
    return value


def number(value: Any) -> int:
    """Read a whole number, as far as databases count; raises ValueError."""
    if type(value) is int and abs(value) < 2**63:
        return value
    raise ValueError(value)


def row_number(value: Any) -> int:
    """Read the number of a row; raises ValueError for what no row can have."""
    if number(value) < 1:
        raise ValueError(value)
    return number(value)


def moment(value: Any) -> datetime:
    """Read a moment as an address carries it, which every time zone has; raises ValueError."""
    when = parse_datetime(text(value))
    if when and when.tzinfo and MINYEAR < when.year < MAXYEAR:
        return when
    raise ValueError(value)


class KeyField(forms.CharField):
    """The key that a page starts after, as ``written`` puts it into an address."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": _("There is no such page. Start from the first page.")}

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=600, required=False, **more)

    def read(self, written: str, order: Order) -> Key | None:
        """Return the key in an order; raises ValidationError for what is none."""
        if not written:
            return None
        try:
            values = json.loads(written)
            return [read(value) for read, value in zip(order.values(), values, strict=True)]
        except (ValueError, TypeError):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


def written(key: Key | None) -> str:
    """Return a key as addresses carry it; empty when there is no further page."""
    return "" if key is None else json.dumps(key, default=datetime.isoformat, ensure_ascii=False)


class ListForm(forms.Form):
    """What is looked for in a list, and the key that a page starts after."""

    ORDER: ClassVar[Order]
    after = KeyField()

    @property
    def order(self) -> Order:
        """The order that is asked for."""
        return self.ORDER

    def clean(self) -> dict[str, Any]:
        """Read the key in the order that is asked for."""
        sent = super().clean() or self.cleaned_data
        field = self.fields["after"]
        try:
            sent["after"] = field.read(sent.get("after", ""), self.order)  # type: ignore[attr-defined]
        except forms.ValidationError as error:
            self.add_error("after", error)
        return sent

    @property
    def wrong(self) -> list[BoundField]:
        """The fields with mistakes, which are said in place of the number found."""
        return [field for field in self.visible_fields() if field.errors]

    @property
    def status(self) -> HTTPStatus:
        """Of the list that is asked for: a mistake does not go unsaid."""
        return status_of(self)

    @property
    def start(self) -> Key | None:
        """The key that the page starts after; none for the first, and while there is a mistake."""
        return self.cleaned_data.get("after") if self.is_valid() else None

    def page(self, rows: QuerySet[Row], size: int) -> Page[Row]:
        """Return the page that is asked for, the first one while there is a mistake."""
        return page_by(rows, list(self.order), after=self.start, size=size)


class SortedListForm(ListForm):
    """What is looked for in a list that is sorted in one of several ways, its field ``sort``."""

    ORDERS: ClassVar[Mapping[str, Sequence[str]]]
    READERS: ClassVar[Mapping[str, Callable[[Any], Any]]]

    @property
    def sorted_by(self) -> str:
        """The name of the order; empty for the usual one."""
        return str(self.cleaned_data.get("sort", ""))

    @property
    def order(self) -> Order:
        names = self.ORDERS[self.sorted_by]
        return {column: self.READERS[column.removeprefix("-")] for column in names}


@dataclass(frozen=True)
class Head:
    """The head of a column that a list can be sorted by; the arrow shows the direction."""

    label: Any
    sort: str
    direction: str
    icon: str
    current: bool

    @classmethod
    def of(cls, order: Sequence[str], sort: str, label: Any, current: str) -> Head:
        """Lay out the head of an order and its name, of which one is the current."""
        falls = order[0].startswith("-")
        direction, icon = ("descending", "down") if falls else ("ascending", "up")
        return cls(label, sort, direction, icon, current=sort == current)

    @classmethod
    def all(
        cls, orders: Mapping[str, Sequence[str]], labels: Iterable[tuple[str, Any]], current: str
    ) -> dict[str, Head]:
        """Lay out the heads of some orders by their names; the usual one, unnamed, is ``name``."""
        return {
            sort or "name": cls.of(orders[sort], sort, label, current) for sort, label in labels
        }


def status_of(form: forms.Form) -> HTTPStatus:
    """Return the status of what a form asks for: 422 for a mistake."""
    return HTTPStatus.OK if form.is_valid() else HTTPStatus.UNPROCESSABLE_ENTITY


def show_list(
    request: HttpRequest, template: str, form: forms.Form, page: object, **more: object
) -> HttpResponse:
    """Answer what a form looks for; 422 when what it is asked for has a mistake."""
    context = {"form": form, "page": page, **more}
    return TemplateResponse(request, template, context, status=status_of(form))
