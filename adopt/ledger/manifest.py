"""What a run was made from: inputs with hashes, settings, seed, versions; and the hashes of its files."""

import hashlib
import importlib.metadata
import json
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from adopt.errors import InputError, Place
from adopt.ledger.run_folder import MANIFEST

PACKAGES = ("adopt", "dataframely", "numba", "numpy", "polars", "scipy")


def sha256_of(path: Path) -> str:
    """Digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Versions of everything that can change a number."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **found}


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Readable JSON, keys in their order; NaN is refused."""
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_manifest(
    folder: Path,
    *,
    data: Path,
    products: Path | None,
    inputs: list[dict[str, Any]],
    settings: dict[str, Any],
    start: dict[str, Any] | None = None,
    seed: int,
) -> None:
    """Write ``manifest.json`` over the files that stand in the folder.

    start: where an earlier run ended, if this one started from it
    Only `created_at` differs between two runs of the same inputs, settings, start, seed and versions.
    """
    seal(
        folder,
        {
            "data": str(data.resolve()),
            "products": None if products is None else str(products.resolve()),
            "seed": seed,
            "inputs": inputs,
            "settings": settings,
            "start": start,
        },
    )


def seal(folder: Path, origin: dict[str, Any]) -> None:
    """Write ``manifest.json``: when, of what (`origin`), by which versions, and the hashes of the folder's files."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    write_json(
        folder / MANIFEST,
        {
            "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **origin,
            "versions": versions(),
            "files": {str(p.relative_to(folder)): sha256_of(p) for p in files},
        },
    )


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder.

    Raises InputError when the folder is no run.
    """
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(
            "is not a run folder: it has no readable manifest.json.",
            place=Place(str(folder)),
            remedy="Give the folder that adopt recommend wrote.",
        ) from error
    return content
