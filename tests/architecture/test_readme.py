"""The README's generated parts are what the program prints today; `make docs` renews them."""

import re

import pytest

from sims.readme import README, generated_parts, record_screens

BLOCK = re.compile(r"<!-- generated: ([\w-]+) -->\n```text\n(.*?)\n```\n<!-- end -->", re.DOTALL)


@pytest.fixture(scope="module")
def parts():
    return generated_parts(record_screens())


def lines_of(text):
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.parametrize("name", ["help", "help-recommend"])
def test_help_texts_are_the_programs(parts, name):
    committed = dict(BLOCK.findall(README.read_text(encoding="utf-8")))
    assert lines_of(committed[name]) == lines_of(parts[name])


@pytest.mark.parametrize("name", ["screen-en", "screen-zh"])
def test_screens_are_the_programs_but_for_the_last_digits(parts, name):
    """Another processor may round another way; words and layout may not differ."""
    committed = dict(BLOCK.findall(README.read_text(encoding="utf-8")))

    def masked(text):
        return [re.sub(r"\s+", " ", re.sub(r"\d", "0", line)) for line in lines_of(text)]

    assert masked(committed[name]) == masked(parts[name])


def test_every_marker_is_filled():
    text = README.read_text(encoding="utf-8")
    assert len(BLOCK.findall(text)) == text.count("<!-- generated:") == 4
