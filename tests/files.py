"""Files that are downloaded, as a spreadsheet reads them."""

import csv
import io


def text_of(answer):
    """Return the text of a CSV answer, which is sent piece by piece."""
    return answer.getvalue().decode("utf-8-sig")


def rows_of(answer):
    """Return the rows of a CSV answer in English."""
    return list(csv.reader(io.StringIO(text_of(answer))))
