from datetime import date, timedelta

import pytest

from adopt.formats.checks.files import read_tables
from adopt.formats.checks.result_rows import result_rows

FIRST = date(2026, 3, 2)


@pytest.fixture
def tables(shop):
    """The folder's tables, read as far as they can be."""
    return lambda: read_tables(shop.folder)


@pytest.fixture
def rows(tables):
    """The folder's result rows, read as far as they can be."""
    return lambda: result_rows(tables())


@pytest.fixture
def month():
    """Changes of KEYWORD_ROW: a row a day of 28 quiet days, no event among them."""
    return [{"日期": str(FIRST + timedelta(days=day)), "点击量": "100"} for day in range(28)]


@pytest.fixture
def codes():
    return lambda findings: [found.code for found in findings]
