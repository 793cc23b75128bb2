"""Keeps a C library's own prints off standard output, which belongs to the command's result."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def silent_stdout() -> Iterator[None]:
    """Send file descriptor 1 nowhere meanwhile: HiGHS 1.12 prints some lines whatever its options say.

    Method: duplicated descriptors; C's buffers are flushed before they come back.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
