"""Make a run again from its manifest and compare every byte."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from adopt.config import settings_from
from adopt.errors import DataError, InputError, Place
from adopt.ledger.manifest import read_manifest, sha256_of
from adopt.plan.run import run_recommend
from adopt.plan.start import start_from


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay found; names of files that differ, and versions that changed since."""

    same: tuple[str, ...]
    different: tuple[str, ...]
    versions_changed: dict[str, tuple[str, str]]

    @property
    def is_identical(self) -> bool:
        """Whether every file came out as it was."""
        return not self.different


def replay_run(folder: Path, *, data: Path | None = None) -> Replay:
    """Run the manifest's inputs, settings and seed again, beside the run, and compare.

    data: where the inputs lie now, if they were moved
    Raises InputError when an input is gone, DataError when one has changed since.
    """
    manifest = read_manifest(folder)
    if "data" not in manifest:
        raise InputError(
            "holds no recommendation to make again.",
            place=Place(str(folder)),
            remedy="Give a folder of adopt recommend; simulate or roll back again for the others.",
        )
    source = data or Path(manifest["data"])
    if not source.exists():
        raise InputError(
            "the data of this run is no longer there.",
            place=Place(str(source)),
            remedy="Say where it is with --data.",
        )
    products = Path(manifest["products"]) if manifest["products"] else None
    then = manifest.get("start")
    file = folder / "manifest.json"
    with tempfile.TemporaryDirectory() as scratch:
        again = Path(scratch) / "run"
        run_recommend(
            source,
            again,
            settings_from(manifest["settings"], file=str(file)),
            products=products,
            start=None if then is None else start_from(then, file=file),
            seed=manifest["seed"],
        )
        remade = read_manifest(again)
    _check_inputs(manifest["inputs"], remade["inputs"])
    # The folder is judged by what it holds today: an edited file must not pass for the run.
    found = {
        name: sha256_of(folder / name) for name in manifest["files"] if (folder / name).is_file()
    }
    names = sorted({*manifest["files"], *remade["files"]})
    same = tuple(n for n in names if n in found and found[n] == remade["files"].get(n))
    changed = {
        name: (version, remade["versions"][name])
        for name, version in manifest["versions"].items()
        if remade["versions"].get(name, version) != version
    }
    return Replay(same, tuple(n for n in names if n not in same), changed)


def _check_inputs(then: list[dict[str, str]], now: list[dict[str, str]]) -> None:
    today = {row["file"]: row["sha256"] for row in now}
    for row in then:
        if today.get(row["file"]) != row["sha256"]:
            raise DataError(
                "has changed since the run.",
                place=Place(row["file"]),
                remedy="Put the file of that day back, or run adopt recommend anew.",
            )
