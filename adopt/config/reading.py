"""Settings from TOML; every wrong key and value is named at once."""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from adopt.config.key_places import section_place_words, unknown_key_words
from adopt.config.sections import Settings
from adopt.errors import ConfigError, Place
from adopt.platforms import NORM_ROI


def _words(error: ErrorDetails, location: tuple[Any, ...]) -> str:
    path = ".".join(str(part) for part in location)
    if error["type"] == "extra_forbidden":
        return unknown_key_words(location, path, error["input"])
    if error["type"] in {"model_type", "dict_type", "tuple_type"} and (
        words := section_place_words(location)
    ):
        return f"{path}: {words}"
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {message} (found {error['input']!r})."


def settings_from(data: dict[str, Any], *, file: str | None = None) -> Settings:
    """Settings from parsed TOML.

    Raises ConfigError with every wrong key and value, and the nearest known name.
    """
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        words = [_words(e, e["loc"]) for e in error.errors(include_url=False)]
        raise ConfigError(" ".join(words), place=Place(file)) from error
    if settings.shop.industry not in NORM_ROI:
        known = ", ".join(NORM_ROI)
        raise ConfigError(
            f"shop.industry: no return norm for '{settings.shop.industry}'.",
            place=Place(file),
            remedy=f"Known are {known}; or give goal.target_roi.",
        )
    return settings


def read_settings(path: Path) -> Settings:
    """Settings of a ``shop.toml``.

    Raises ConfigError when the file is missing, not TOML, or holds a wrong key or value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror}).", place=Place(str(path)), remedy="Check the path."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            "is not UTF-8.", place=Place(str(path)), remedy="Save it as UTF-8."
        ) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}.", place=Place(str(path))) from error
    return settings_from(data, file=str(path))
