"""Files that are downloaded, as a spreadsheet reads them."""

import csv
import io


def rows_of(answer):
    """Return the rows of a CSV answer in English."""
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
