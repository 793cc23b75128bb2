"""Where each key of ``shop.toml`` belongs, and which one a wrong key was meant to be."""

import difflib
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from pydantic.fields import FieldInfo

from adopt.config.sections import Section, Settings

_SYNONYMS = {
    "start": "first",
    "end": "last",
    "roas": "target_roi",
    "max_cpc": "bid_maximum",
    "max_products": "most_products",
}
"""What other tools call a key, where no letters in common lead there."""

_CLEARLY = 0.1
"""By so much a name elsewhere must be nearer than the nearest of the key's own section."""

_LIKELY, _POSSIBLE = 0.65, 0.35
"""Likeness below which no other section, and no key at all, is proposed."""


class Part(NamedTuple):
    """One section of the file; example: the name in ``[campaigns."name"]``, None for a plain section."""

    name: str
    model: type[Section]
    example: str | None
    is_list: bool


def parts() -> Iterator[Part]:
    """The sections of ``shop.toml`` in their order."""
    for name, field in Settings.model_fields.items():
        kinds, is_list = field.annotation, False
        if isinstance(kinds, type) and issubclass(kinds, Section):
            yield Part(name, kinds, None, is_list)
            continue
        value: Any = get_args(kinds)[1]
        while not isinstance(value, type) or get_args(value):
            value, is_list = get_args(value)[0], True
        yield Part(name, value, example_of(field), is_list)


def example_of(field: FieldInfo) -> Any:  # noqa: ANN401 -- whatever the key holds
    """The example that a key's description gives, or None."""
    return (field.examples or [None])[0]


def unknown_key_words(location: tuple[Any, ...], path: str, value: object) -> str:
    """What to say of a key that does not exist: the key that was meant, and where it belongs."""
    wrong = str(location[-1])
    own = next((part for part in parts() if len(location) > 1 and part.name == location[0]), None)
    known = list((own.model if own else Settings).model_fields)
    near = max(known, key=lambda name: _likeness(wrong, name))
    # A table at the top of the file was meant as a section, whatever key is spelt like it.
    places = () if own is None and isinstance(value, dict) else _places(own)
    place, elsewhere = max(places, key=lambda found: _likeness(wrong, found[1]), default=("", ""))
    listed = f"Known here: {', '.join(known)}."
    here, there = _likeness(wrong, near), _likeness(wrong, elsewhere)
    if there > max(here + _CLEARLY, _LIKELY):
        meant = "it" if elsewhere == wrong else f"did you mean '{elsewhere}'? That"
        return f"unknown key '{path}'; {meant} belongs under {place}."
    if here < _POSSIBLE:
        return f"unknown key '{path}'. {listed}"
    return f"unknown key '{path}'; did you mean '{near}'? {listed}"


def _places(own: Part | None) -> Iterator[tuple[str, str]]:
    """Heading and key of all other sections, those of the whole shop first; and of the sections themselves."""
    if own is not None:
        yield from ((f"a line [{part.name}] by itself", part.name) for part in parts())
    others = [part for part in parts() if own is None or part.name != own.name]
    for part in sorted(others, key=lambda part: (part.example is not None, part.name != "goal")):
        yield from ((_heading(part), key) for key in part.model.model_fields)


def _heading(part: Part) -> str:
    return f"[{part.name}]" if part.example is None else f'[{part.name}."{part.example}"]'


def section_place_words(location: tuple[Any, ...]) -> str | None:
    """What to say of a value that stands where a section should; None where none should."""
    part = next((part for part in parts() if part.name == location[0]), None)
    if part is None or len(location) > 2:
        return None
    if len(location) == 1:
        return f"is a section; write {_heading(part)} on a line by itself and its keys under it."
    if part.is_list or str(location[1]) not in part.model.model_fields:
        return f"holds no keys; write them under {_heading(part)}."
    return f'says not of which one; write it under {_heading(part)}, or as "{part.example}".{location[1]}.'


def _likeness(wrong: str, name: str) -> float:
    """How likely a name was meant, 0 to 1: by letters in their order, or by words in any."""
    if not name:
        return 0.0
    written = wrong.casefold().replace("-", "_").replace(" ", "_").strip("_")
    if written == name or _SYNONYMS.get(written) == name:
        return 1.0
    letters = difflib.SequenceMatcher(
        None, written.replace("_", ""), name.replace("_", ""), autojunk=False
    ).ratio()
    return max(letters, _word_likeness(written.split("_"), name.split("_")))


def _word_likeness(written: list[str], known: list[str]) -> float:
    def nearest(word: str, others: list[str]) -> float:
        return max(_one_word(word, other) for other in others)

    scores = [nearest(w, known) for w in written] + [nearest(w, written) for w in known]
    return 0.99 * sum(scores) / len(scores)


def _one_word(a: str, b: str) -> float:
    if a == b:
        return 1.0
    if min(len(a), len(b)) >= 3 and (a.startswith(b) or b.startswith(a)):
        return 0.95
    ratio = difflib.SequenceMatcher(None, a, b, autojunk=False).ratio()
    return ratio if ratio >= 0.6 else 0.0
