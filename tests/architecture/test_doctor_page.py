"""The page on doctor's checks is what the catalogue says today; `make docs` renews it."""

import re

from adopt.formats.checks.catalogue import CATALOGUE
from sims.doctor_page import GROUPS, PAGE, page


def test_the_page_is_the_catalogues():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_code_has_its_line():
    assert {code for _, codes in GROUPS for code in codes} == set(CATALOGUE)
    named = re.findall(r"^\| `([A-Z0-9_]+)` ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(CATALOGUE)
