"""Tables as files for spreadsheets."""

import csv
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import SEEK_END, StringIO
from itertools import chain, islice

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override

log = logging.getLogger(__name__)
PIECE = 100
"""How many rows are sent at once."""

BYTE_ORDER_MARK = "\ufeff"
"""By it a spreadsheet knows UTF-8."""
SEPARATORS = {"fi": ";", "sv": ";"}
"""Where a comma stands in numbers, spreadsheets part cells by a semicolon."""
FORMULA = re.compile(r"(^|[;,\t\r\n])(?=[ \n\"']*[\t\r=+\-@＝＋－＠])")
"""Where a spreadsheet may take what follows for a formula, whatever it parts cells by."""
SIGN = re.compile(r"[\t\r=+\-@＝＋－＠]")
"""Without one of these nothing is a formula: most cells have none, and need no closer look."""
GUARDED = re.compile(FORMULA.pattern.replace("(?=", "'(?=", 1))
"""Where it was kept from that."""


def csv_answer(
    filename: str, heads: Sequence[object], rows: Iterable[Sequence[object]]
) -> HttpResponse:
    """Answer rows as a CSV file that opens in the spreadsheet of the reader's language.

    None of its cells can run as a formula, in no program. The rows are taken while the file is
    sent: what fails then is logged, and ends the connection before the file does.
    """
    language = get_language()
    table = chain([heads], rows)
    return StreamingHttpResponse(  # type: ignore[return-value] # an answer like all others
        _written(table, SEPARATORS.get(language or "", ","), language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _written(
    table: Iterable[Sequence[object]], separator: str, language: str | None
) -> Iterator[str]:
    """Yield the text of a table piece by piece, the heads at once."""
    rest, written, size = iter(table), StringIO(BYTE_ORDER_MARK), 1
    writer = csv.writer(written, delimiter=separator, quoting=csv.QUOTE_ALL)
    written.seek(0, SEEK_END)
    while True:
        # Not across a yield: whoever takes the pieces has a language of their own.
        with override(language):
            rows = _taken(rest, size)
            writer.writerows([cell(value) for value in row] for row in rows)
        if not rows:
            return
        yield written.getvalue()
        written.seek(0)
        written.truncate()
        size = PIECE


def _taken(rows: Iterator[Sequence[object]], size: int) -> list[Sequence[object]]:
    try:
        return list(islice(rows, size))
    except Exception:
        log.exception("A file could not be sent to its end.")
        raise


def unguarded(text: str) -> str:
    """Return a cell of our own files as it was before it was kept from running as a formula."""
    return GUARDED.sub(r"\1", text)


def cell(value: object) -> str:
    """Return how a value stands in a file, so that no program runs it as a formula."""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")
    text = "" if value is None else str(value)
    return FORMULA.sub(r"\1'", text) if SIGN.search(text) else text
