"""Settings from TOML; every wrong key and value is named at once."""

import difflib
import tomllib
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adopt.config.sections import Settings
from adopt.errors import ConfigError, Place
from adopt.platforms import NORM_ROI


def _known_keys(location: tuple[Any, ...]) -> list[str]:
    """Keys allowed beside the last one of a location in the settings."""
    model: Any = Settings
    if len(location) > 1:
        model = Settings.model_fields[location[0]].annotation
        # A section of named parts is a dict: its keys are names, its values the sections, or tuples of them.
        while not (isinstance(model, type) and issubclass(model, BaseModel)):
            model = next(part for part in get_args(model) if part is not str)
    return list(model.model_fields)


def _words(error: ErrorDetails, location: tuple[Any, ...]) -> str:
    path = ".".join(str(part) for part in location)
    if error["type"] == "extra_forbidden":
        known = _known_keys(location)
        near = difflib.get_close_matches(str(location[-1]), known, n=1, cutoff=0.0)
        return f"unknown key '{path}'; did you mean '{near[0]}'? Known here: {', '.join(known)}."
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
