import re

from adopt.formats.checks.catalogue import CATALOGUE

FIELD = re.compile(r"\{(\w+)\}")


def test_codes_are_upper_snake_and_worded_in_both_languages():
    for code, known in CATALOGUE.items():
        assert re.fullmatch(r"[A-Z]+(?:_[A-Z0-9]+)*", code)
        for words in (known.en, known.zh, known.remedy_en, known.remedy_zh, known.why):
            assert words


def test_both_languages_tell_the_same_figures():
    for known in CATALOGUE.values():
        english = {name.removesuffix("_en") for name in FIELD.findall(known.en)}
        chinese = {name.removesuffix("_zh") for name in FIELD.findall(known.zh)}
        assert english == chinese, known.en


def test_only_errors_block():
    assert {known.severity for known in CATALOGUE.values()} == {"error", "warning", "note"}
