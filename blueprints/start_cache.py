"""What a start works out, kept for the next one: it is most of the CPU time that a start takes.

The files lie in the folder in which Python keeps the bytecode of this module, and are believed no
more and no less than that: only whoever may write there, beside the code, can change them. A folder
that cannot be written, and PYTHONDONTWRITEBYTECODE, mean that every start works out its own.
"""

import contextlib
import hashlib
import importlib.util
import os
import sys
from pathlib import Path

FOLDER = Path(importlib.util.cache_from_source(__file__)).parent
_DIGEST = hashlib.sha256().digest_size


def load(name: str, recipe: bytes) -> bytes | None:
    """What was kept under this name. None: nothing, by another recipe, or not whole, as after a
    loss of power.
    """
    try:
        saved = (FOLDER / name).read_bytes()
    except OSError:
        return None
    content = saved[_DIGEST:]
    return content if saved[:_DIGEST] == _digest(recipe, content) else None


def keep(name: str, recipe: bytes, content: bytes) -> None:
    """Keep this for the next start, if that is possible. `recipe` is all that it depends on beside
    what the caller compares itself: the code that made it, and the versions of what that uses.
    """
    if sys.dont_write_bytecode:
        return
    path = FOLDER / name
    # Another process may be starting too: what it reads is one of the two, and whole.
    made = path.with_name(f"{name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        FOLDER.mkdir(exist_ok=True)
        made.write_bytes(_digest(recipe, content) + content)
        made.replace(path)


def _digest(recipe: bytes, content: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(recipe).digest() + content).digest()
