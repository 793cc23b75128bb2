"""Start the optimiser where an earlier run ended: its multipliers, limit by limit."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from adopt.errors import InputError, Place
from adopt.formats.shop_data import Notice
from adopt.ledger.manifest import read_manifest
from adopt.optimise.problem import Problem
from adopt.plan.goal import Goal


@dataclass(frozen=True, slots=True)
class Start:
    """The multipliers of an earlier run.

    run: name of its folder; objective: profit, revenue or orders
    multipliers: by constraint and scope, objective per unit of row as in ``Choice.multipliers``
    """

    run: str
    objective: str
    multipliers: dict[tuple[str, str], float]

    def to_json(self) -> dict[str, Any]:
        """The start as a manifest keeps it."""
        rows = [
            {"constraint": constraint, "scope": scope, "multiplier": multiplier}
            for (constraint, scope), multiplier in self.multipliers.items()
        ]
        return {"run": self.run, "objective": self.objective, "multipliers": rows}

    def of(self, problem: Problem, objective: str) -> NDArray[np.float64] | None:
        """Multipliers of a problem's limits, 0 for one that the earlier run did not have.

        None where it had none of them, or another objective.
        """
        if objective != self.objective:
            return None
        found = [self.multipliers.get((row.constraint, row.scope)) for row in problem.limits]
        if all(multiplier is None for multiplier in found):
            return None
        return np.array([multiplier or 0.0 for multiplier in found])


def start_from(content: dict[str, Any], *, file: Path) -> Start:
    """The start that `to_json` told.

    file: what a refusal names. Raises InputError where the content is none.
    """
    try:
        multipliers = {
            (str(row["constraint"]), str(row["scope"])): _checked(row["multiplier"])
            for row in content["multipliers"]
        }
        return Start(str(content["run"]), str(content["objective"]), multipliers)
    except (KeyError, TypeError, ValueError) as error:
        raise _no_start(file) from error


def read_start(folder: Path) -> Start:
    """The multipliers that a run folder ended with.

    Raises InputError when the folder is no run, is damaged, or was written before runs told them.
    """
    read_manifest(folder)
    file = folder / "summary.json"
    try:
        summary = json.loads(file.read_text(encoding="utf-8"))
        content = {"objective": summary["objective"], "multipliers": summary["constraints"]}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise _no_start(file) from error
    return start_from({"run": folder.resolve().name, **content}, file=file)


def start_notices(start: Start | None, problem: Problem, goal: Goal) -> tuple[Notice, ...]:
    """How much of the earlier run could be used."""
    if start is None:
        return ()
    if start.objective != goal.objective:
        en = f"run {start.run} maximised {start.objective}, not {goal.objective}: not started from it."
        zh = f"运行 {start.run} 追求的是另一个目标:未从它开始。"
        return (Notice("START_UNUSED", en, zh),)
    known = sum((row.constraint, row.scope) in start.multipliers for row in problem.limits)
    if not known:
        en = f"run {start.run} has none of today's limits: not started from it."
        return (Notice("START_UNUSED", en, f"运行 {start.run} 没有今天的任何限制:未从它开始。"),)
    limits = len(problem.limits)
    en = f"the search started from the shadow prices of run {start.run} ({known} of {limits} limits)."
    zh = f"从运行 {start.run} 的影子价格开始求解({limits} 个限制中的 {known} 个)。"
    return (Notice("START_USED", en, zh),)


def _no_start(file: Path) -> InputError:
    return InputError(
        "holds no multipliers to start from.",
        place=Place(str(file)),
        remedy="Give a run that this version of adopt recommend wrote, or leave --start out.",
    )


def _checked(multiplier: float) -> float:
    value = float(multiplier)
    if not math.isfinite(value) or value < 0.0:
        raise ValueError(f"{multiplier} is no multiplier.")
    return value
