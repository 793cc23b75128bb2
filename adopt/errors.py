"""What can go wrong: one hierarchy; each error knows its exit code, its place and the remedy."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error was found; row counts from 1 as a spreadsheet shows it."""

    file: str | None = None
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """Words for a message: ``report.csv, row 3, column 点击量``."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


class AdoptError(Exception):
    """Anything a user can cause; the text says what, where and what to do."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, place: Place | None = None, remedy: str = "") -> None:
        self.what = what
        self.place = place
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        """One or two plain sentences."""
        where = f"{self.place}: " if self.place is not None and str(self.place) else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.what}{remedy}"


class ConfigError(AdoptError):
    """A setting or an option is wrong."""


class InputError(AdoptError):
    """A path cannot be used: it is missing, or the run folder is in the way."""


class DataError(AdoptError):
    """The data would mislead the engine; nothing is recommended from it."""

    exit_code: ClassVar[int] = 2


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One smallest change that would make a request feasible.

    constraint: code of the constraint, such as ``account_budget`` or ``target_roi``
    needed: the least limit that can be met, in ``unit``
    """

    constraint: str
    limit: float
    needed: float
    unit: str
    words: str


class InfeasibleError(AdoptError):
    """No plan meets the request; carries the smallest relaxations."""

    exit_code: ClassVar[int] = 3

    def __init__(self, what: str, *, relaxations: tuple[Relaxation, ...] = ()) -> None:
        self.relaxations = relaxations
        remedy = " ".join(relaxation.words for relaxation in relaxations)
        super().__init__(what, remedy=remedy)


class GuardrailError(AdoptError):
    """A guardrail forbids the step."""

    exit_code: ClassVar[int] = 4
