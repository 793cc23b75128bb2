"""A run folder is written whole or not at all: into a temporary sibling, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from adopt.errors import InputError, Place

MANIFEST = "manifest.json"


def check_free(folder: Path, *, overwrite: bool) -> None:
    """Refuse a run folder that holds something else, or an earlier run unless it may be replaced.

    Raises InputError; meant to be called before the work, and again when it is written.
    """
    if not folder.exists() and not folder.is_symlink():
        return
    place = Place(str(folder))
    if not folder.is_dir():
        raise InputError("is a file, not a run folder.", place=place, remedy="Choose another -o.")
    if not any(folder.iterdir()):
        return
    if not (folder / MANIFEST).is_file():
        raise InputError(
            "holds other files and is left as it is.", place=place, remedy="Choose another -o."
        )
    if not overwrite:
        raise InputError(
            "holds an earlier run.", place=place, remedy="Choose another -o, or say --overwrite."
        )


@contextmanager
def new_run(folder: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A folder to write into; it takes its name only when the block ends without an error.

    A stop at any moment leaves the old run or the new one, never a part; a killed process may
    leave a hidden ``.NAME.*`` folder beside it, which is never read.
    Raises InputError when the place is taken or cannot be written.
    """
    folder = folder.absolute()
    check_free(folder, overwrite=overwrite)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise InputError(
            f"cannot be written ({error.strerror}).",
            place=Place(str(folder)),
            remedy="Choose another -o.",
        ) from error
    try:
        draft.chmod(0o755)
        yield draft
        _flush(draft)
        _take_name(draft, folder, overwrite=overwrite)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _flush(draft: Path) -> None:
    """Hand every file to the disk before the name is given."""
    for path in sorted(draft.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _take_name(draft: Path, folder: Path, *, overwrite: bool) -> None:
    check_free(folder, overwrite=overwrite)
    if not folder.exists():
        draft.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.old.", dir=folder.parent))
    folder.rename(aside / folder.name)
    draft.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)
