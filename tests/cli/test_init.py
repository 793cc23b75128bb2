"""`adopt init`: a shop.toml with every key switched off, each of which may be switched on as it stands."""

import re
import tomllib

import pytest

from adopt.cli.main import _run
from adopt.config import Settings, read_settings, settings_from, starting_text
from adopt.config.key_places import parts
from adopt.config.starting_file import key_words, section_words
from adopt.config.words_zh import WORDS_ZH

LANGUAGES = ("en", "zh")
KEY_LINE = re.compile(r'^#(?="|\w)', re.MULTILINE)


def switched_on(text):
    """The file once for each of its keys, with that key alone switched on."""
    return [text[: m.start()] + text[m.end() :] for m in KEY_LINE.finditer(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_as_written_changes_nothing(tmp_path, language):
    assert _run(["init", str(tmp_path), "--lang", language]) == 0
    assert read_settings(tmp_path / "shop.toml") == Settings()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_may_be_switched_on_as_it_stands(language):
    texts = switched_on(starting_text(language))
    keys = sum(1 if part.is_list else len(part.model.model_fields) for part in parts())
    assert len(texts) == keys + 1
    for text in texts:
        settings_from(tomllib.loads(text))


def test_all_keys_may_be_on_together_and_every_one_is_there():
    text = starting_text("en").rpartition("\n#")[0]
    settings = settings_from(tomllib.loads(KEY_LINE.sub("", text)))
    for part in parts():
        held = getattr(settings, part.name)
        section = held if part.example is None else held[part.example]
        section = section[0] if part.is_list else section
        assert section.model_fields_set == set(part.model.model_fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_shows_its_meaning_and_its_default(language):
    text = starting_text(language)
    for part in parts():
        assert section_words(part.model, language) in text
        for key, field in part.model.model_fields.items():
            assert key_words(part.model, key, language) in text
            if not part.is_list and field.default is not None:
                shown = re.search(rf"^#(?:\"[^\"]+\"\.)?{key} = (.*)$", text, re.MULTILINE)
                assert shown


def test_the_chinese_words_are_those_of_the_keys_and_no_others():
    used = {part.model.__name__ for part in parts()}
    for part in parts():
        for key in part.model.model_fields:
            names = [f"{kind.__name__}.{key}" for kind in part.model.__mro__]
            used.add(next(name for name in names if name in WORDS_ZH))
    assert used == set(WORDS_ZH)


def test_a_file_that_is_there_is_kept_unless_it_may_be_replaced(tmp_path, capsys):
    path = tmp_path / "shop.toml"
    path.write_text("[goal]\ntarget_roi = 3.0\n", encoding="utf-8")
    assert _run(["init", str(tmp_path)]) == 1
    assert "is there already" in capsys.readouterr().err
    assert read_settings(path).goal.target_roi == 3.0
    assert _run(["init", str(tmp_path), "--overwrite", "--quiet"]) == 0
    assert read_settings(path) == Settings()
    assert [file.name for file in tmp_path.iterdir()] == ["shop.toml"]


def test_the_current_folder_is_the_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _run(["init", "--quiet"]) == 0
    assert (tmp_path / "shop.toml").is_file()


@pytest.mark.parametrize("name", ["missing", "file", "closed"])
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path, capsys, monkeypatch, name):
    folder = tmp_path / name
    if name == "file":
        folder.write_text("")
    if name == "closed":
        folder.mkdir()

        def refused(**_):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("tempfile.mkstemp", refused)
    assert _run(["init", str(folder)]) == 1
    words = capsys.readouterr().err
    assert name in words
    assert "did not expect" not in words


def test_a_folder_named_shop_toml_is_left(tmp_path, capsys):
    (tmp_path / "shop.toml").mkdir()
    assert _run(["init", str(tmp_path), "--overwrite"]) == 1
    assert "is a folder" in capsys.readouterr().err
