"""Compile policy: two decorators, lazy signatures, a cache folder named by a digest of all kernels.

Numba does not notice a changed callee and would run stale code, so any edit of any kernel
opens a new folder. ``NUMBA_CACHE_DIR`` or ``XDG_CACHE_HOME`` place it; unwritable means no cache.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

import numba
from numba import config, prange

P = ParamSpec("P")
R = TypeVar("R")

KEEP_DAYS = 30

__all__ = ["kernel", "parallel_kernel", "prange"]


def _digest() -> str:
    """Digest of every kernel's text and of what changes the machine code."""
    digest = hashlib.sha256(numba.__version__.encode())
    digest.update(os.environ.get("NUMBA_BOUNDSCHECK", "").encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _cache_root() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(os.environ.get("NUMBA_CACHE_DIR") or home) / "adopt"


def _remove_old(root: Path) -> None:
    """Delete folders of earlier kernels that nobody has used for a month."""
    oldest = time.time() - KEEP_DAYS * 86400
    for folder in root.glob("kernels-*"):
        if folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)


def _open_cache() -> str | None:
    """Folder of this version's kernels, or None where nothing can be written."""
    root = _cache_root()
    folder = root / f"kernels-{_digest()}"
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            _remove_old(root)
    except OSError:
        return None
    return str(folder) if os.access(folder, os.W_OK) else None


CACHE_FOLDER = _open_cache()


def _compiled(function: Callable[P, R], *, parallel: bool) -> Callable[P, R]:
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = CACHE_FOLDER or before  # type: ignore[attr-defined]
    try:
        dispatcher = numba.njit(
            cache=CACHE_FOLDER is not None,
            error_model="numpy",
            parallel=parallel,
            fastmath=False,
            nogil=True,
        )(function)
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]
    return cast("Callable[P, R]", dispatcher)


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a serial kernel at its first call."""
    return _compiled(function, parallel=False)


def parallel_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel whose ``prange`` runs over independent items, each writing its own row."""
    return _compiled(function, parallel=True)
