"""The files of a folder as assets, and which scripts import which."""

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import msgspec

from blueprints import start_cache
from blueprints.asset import RECIPE, Asset, key_of, minified

State = list[tuple[str, int, int]]  # name, mtime_ns, bytes
Known = Mapping[str, Asset]

_SAVED = "assets"

_VERSIONED = re.compile(r"([0-9a-f]{12})/(.+)")
# Static imports and re-exports at the start of a line, over as many lines as they take.
_IMPORT = re.compile(
    r"""^(?:import|export)\b(?:[\w\s{},*$]*\bfrom)?\s*["'](\.[^"']+)["']""", re.MULTILINE
)


class Tree:
    """The files of a folder as they were when it was read; those named .something are left out.

    `known` are assets that need not be made again, by what `key_of` says of their sources.
    """

    def __init__(self, folder: Path, known: Known = MappingProxyType({})) -> None:
        sources = {name: path.read_bytes() for name, path in _files(folder)}
        keys = {name: key_of(name, source) for name, source in sources.items()}
        self.assets = {
            name: known.get(keys[name]) or Asset.of(name, minified(name, source))
            for name, source in sources.items()
        }
        self.known = {keys[name]: asset for name, asset in self.assets.items()}
        listed = "".join(f"{name}\0{asset.digest}\n" for name, asset in self.assets.items())
        self.version = hashlib.sha256(listed.encode()).hexdigest()[:12]
        self._imports = {
            name: _imported(name, source.decode())
            for name, source in sources.items()
            if name.endswith(".js")
        }

    def find(self, path: str) -> tuple[Asset | None, bool]:
        """The file at <version>/<name> or <name>, and whether that address is of this version."""
        if match := _VERSIONED.fullmatch(path):
            return self.assets.get(match[2]), match[1] == self.version
        return self.assets.get(path), False

    def modules(self, entries: Sequence[str]) -> list[str]:
        """The names of all modules that these import, by way of others too, without the entries.

        Raises:
            KeyError: an entry is not there.
        """
        found = list(entries)
        for name in found:  # It grows on the way.
            new = (each for each in self._imports[name] if each in self._imports)
            found += [each for each in new if each not in found]
        return found[len(entries) :]


class StaticFiles:
    """The tree that is served under `root`: read once, or when `watched`, anew whenever a file has
    changed.
    """

    def __init__(self, folder: Path, root: str, *, watched: bool) -> None:
        self._folder = folder
        self._root = root
        self._watched = watched
        self._tree: Tree | None = None
        self._state: State = []

    def tree(self) -> Tree:
        """The tree, with everything in it compressed. The first call reads it."""
        if self._tree is None or self._watched:
            state = _state(self._folder)
            if self._tree is None or state != self._state:
                known = self._tree.known if self._tree else _saved()
                self._tree, self._state = Tree(self._folder, known), state
                if self._tree.known.keys() != known.keys():
                    _save(self._tree.known)
        return self._tree

    def address(self, name: str) -> str:
        """The address of a file. Raises KeyError: it is not there."""
        tree = self.tree()
        if name not in tree.assets:
            raise KeyError(name)
        return f"{self._root}/{tree.version}/{name}"

    def modules(self, entries: Sequence[str]) -> list[str]:
        """The addresses of all modules that these import; see Tree.modules."""
        tree = self.tree()
        return [f"{self._root}/{tree.version}/{name}" for name in tree.modules(entries)]


def _saved() -> Known:
    """What the last start has made."""
    saved = start_cache.load(_SAVED, RECIPE)
    return msgspec.msgpack.decode(saved, type=dict[str, Asset]) if saved else {}


def _save(made: Known) -> None:
    start_cache.keep(_SAVED, RECIPE, msgspec.msgpack.encode(made))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("[!.]*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and "/." not in name:
            yield name, path


def _state(folder: Path) -> State:
    stats = ((name, path.stat()) for name, path in _files(folder))
    return [(name, stat.st_mtime_ns, stat.st_size) for name, stat in stats]


def _imported(name: str, script: str) -> list[str]:
    here = posixpath.dirname(name)
    found = (posixpath.normpath(posixpath.join(here, path)) for path in _IMPORT.findall(script))
    return list(dict.fromkeys(found))
