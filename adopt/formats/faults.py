"""Faults of the libraries that read files, as refusals of the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from adopt.errors import AdoptError, DataError, Place

_PANIC = "PanicException"
"""What compiled readers raise on a file they did not foresee: by name, as each library has its own, and no Exception."""


@contextmanager
def refusing(file: str, what: str, *, remedy: str) -> Iterator[None]:
    """Turn whatever a library raises while it reads a file into a DataError.

    what: may hold ``{fault}`` for the first line of the library's own words
    """
    try:
        yield
    except AdoptError:
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        fault = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise DataError(what.format(fault=fault), place=Place(file), remedy=remedy) from error
