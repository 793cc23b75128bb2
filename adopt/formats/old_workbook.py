"""Old workbooks (.xls): tried in a process of its own, whose memory is limited, before this one opens them.

Two cells in opposite corners make the reader ask for 128 GB, and what is refused memory ends its whole process.
Nothing in the file says so before it is read; of an .xlsx the cells can be looked at (``sheet_area``).
"""

import resource
import subprocess
import sys

from adopt.errors import DataError, Place

MOST_MEMORY = 4 << 30
"""Bytes of address space of the trial; a full sheet of 65,536 rows and 256 columns takes one."""

REMEDY = "Open it in a spreadsheet and save it as .xlsx without a password."


def check_old_workbook(data: bytes, *, file: str) -> None:
    """Raise DataError when the workbook cannot be opened within MOST_MEMORY."""
    trial = [sys.executable, "-m", "adopt.formats.old_workbook"]
    done = subprocess.run(trial, input=data, capture_output=True, check=False)  # noqa: S603 -- this module itself
    if done.returncode != 0:
        raise DataError(
            "cannot be opened as a workbook; it is damaged, protected by a password, or too large.",
            place=Place(file),
            remedy=REMEDY,
        )


def _try_to_open() -> None:
    """Open the workbook on stdin with all its sheets."""
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = MOST_MEMORY if most == resource.RLIM_INFINITY else min(MOST_MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    import fastexcel  # noqa: PLC0415 -- under the limit

    book = fastexcel.read_excel(sys.stdin.buffer.read())
    for name in book.sheet_names:
        book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")


if __name__ == "__main__":
    _try_to_open()
