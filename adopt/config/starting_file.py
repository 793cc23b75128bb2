"""The ``shop.toml`` to start from: every key switched off, with its meaning, limits and default, from the models."""

import contextlib
import inspect
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from adopt.config.key_places import Part, example_of, parts
from adopt.config.sections import Section
from adopt.config.words_zh import WORDS_ZH
from adopt.errors import InputError, Place

FILE_NAME = "shop.toml"
Language = Literal["zh", "en"]

_INTRODUCTION = {
    "en": (
        "shop.toml: what adopt should know of this shop beyond its exports. Every key is off.",
        "To set one, take away the # before its name; the value after = is the default or, where there is",
        "none, an example. Money is a decimal in quotes, in the account's currency. Rates are fractions.",
    ),
    "zh": (
        "shop.toml:导出报表之外,adopt 需要知道的店铺信息。所有设置目前都未启用。",
        "要启用某项,删去名称前的 #;等号后是默认值,没有默认值的给出一个例子。",
        "金额写成带引号的小数,单位为账户货币;比率写成小数(0.2 即 20%)。",
    ),
}
_DEFAULT = {"en": "default {}", "zh": "默认 {}"}
_NO_DEFAULT = {"en": "not set by default", "zh": "默认不设"}
_ONE_OF = {"en": "one of {}", "zh": "可选 {}"}
_LIMITS: dict[str, dict[str, str]] = {
    "minimum": {"en": "at least {}", "zh": "不小于 {}"},
    "exclusiveMinimum": {"en": "above {}", "zh": "大于 {}"},
    "maximum": {"en": "at most {}", "zh": "不大于 {}"},
    "exclusiveMaximum": {"en": "below {}", "zh": "小于 {}"},
}
_BY_NAME = {
    "en": 'One line a key as below, or [{}."{}"] on a line by itself and its keys under it.',
    "zh": '可像下面每行写一项,也可单独写一行 [{}."{}"],各项写在其下。',
}
_SEVERAL = {
    "en": "Several times: a list. [] takes a yearly event of the platform away.",
    "zh": "多次则写成列表;[] 表示不计平台的该年度活动。",
}


def starting_text(language: Language) -> str:
    """The whole file in a language; it parses to the settings of no file at all."""
    lines = [_note(line) for line in _INTRODUCTION[language]]
    for part in parts():
        lines += ["", "", _note(section_words(part.model, language)), f"[{part.name}]"]
        if part.example is not None and not part.is_list:
            lines.append(_note(_BY_NAME[language].format(part.name, part.example)))
        lines += _event_lines(part, language) if part.is_list else _key_lines(part, language)
    return "\n".join(lines) + "\n"


def _key_lines(part: Part, language: Language) -> Iterator[str]:
    limits = part.model.model_json_schema()["properties"]
    prefix = "" if part.example is None else f"{_toml(part.example)}."
    for key, field in part.model.model_fields.items():
        value = example_of(field) if field.default is None else field.default
        yield ""
        yield _note(
            "; ".join(
                [
                    key_words(part.model, key, language),
                    *_limit_words(limits[key], language),
                    _NO_DEFAULT[language]
                    if field.default is None
                    else _DEFAULT[language].format(_toml(field.default)),
                ]
            )
        )
        yield f"#{prefix}{key} = {_toml(value)}"


def _event_lines(part: Part, language: Language) -> Iterator[str]:
    """Keys that are needed together stand on one line."""
    fields = part.model.model_fields
    for key in fields:
        yield _note(f"{key}: {key_words(part.model, key, language)}")
    values = ", ".join(f"{key} = {_toml(example_of(field))}" for key, field in fields.items())
    yield f"#{_toml(part.example)} = {{ {values} }}"
    yield ""
    yield _note(_SEVERAL[language])
    yield f"#{_toml(part.example)} = [{{ {values} }}]"


def key_words(model: type[Section], key: str, language: Language) -> str:
    """What a key of a section means, with its unit."""
    if language == "zh":
        names = (f"{kind.__name__}.{key}" for kind in model.__mro__)
        return next(WORDS_ZH[name] for name in names if name in WORDS_ZH)
    return model.model_fields[key].description or ""


def section_words(model: type[Section], language: Language) -> str:
    """What a section is for."""
    if language == "zh":
        return WORDS_ZH[model.__name__]
    return (inspect.getdoc(model) or "").partition("\n")[0].replace("``", "")


def _limit_words(schema: dict[str, Any], language: Language) -> Iterator[str]:
    for kind in schema.get("anyOf", [schema]):
        if "enum" in kind:
            yield _ONE_OF[language].format(", ".join(kind["enum"]))
        for name, words in _LIMITS.items():
            if name in kind:
                yield words[language].format(f"{kind[name]:g}")


def _note(words: str) -> str:
    return f"# {words}"


def _toml(value: object) -> str:
    """A string, number or truth as TOML writes it, which for these is JSON's way."""
    return json.dumps(value, ensure_ascii=False)


def write_starting_file(folder: Path, language: Language, *, overwrite: bool = False) -> Path:
    """Write ``shop.toml`` into a folder, whole or not at all; returns its path.

    Raises InputError when the folder is missing or cannot be written, or the file is there already.
    """
    path = folder / FILE_NAME
    _check_free(folder, path, overwrite=overwrite)
    draft = None
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{FILE_NAME}.", dir=folder)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(starting_text(language))
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}).",
            place=Place(str(path)),
            remedy="Choose a folder in which you may write.",
        ) from error
    finally:
        if draft is not None:
            with contextlib.suppress(OSError):
                Path(draft).unlink(missing_ok=True)
    return path


def _check_free(folder: Path, path: Path, *, overwrite: bool) -> None:
    place = Place(str(folder))
    if not folder.exists():
        raise InputError("there is no such folder.", place=place, remedy="Make it, or check it.")
    if not folder.is_dir():
        raise InputError(
            "is a file, not a folder.", place=place, remedy="Give the folder of the exports."
        )
    if path.is_dir():
        raise InputError(
            "is a folder and is left as it is.", place=Place(str(path)), remedy="Move it away."
        )
    if not overwrite and (path.exists() or path.is_symlink()):
        raise InputError(
            "is there already.", place=Place(str(path)), remedy="Edit it, or say --overwrite."
        )
