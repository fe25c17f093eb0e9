"""The files of a folder, stripped, hashed and compressed, and which scripts import which."""

import base64
import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from string import ascii_letters

import brotli
import rcssmin
import rjsmin

# By suffix, and not from the machine, whose registry may call a script text/plain.
TEXTS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
}
# Compressed already.
OTHERS = {
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}

# A private name, in its declaration at the start of a line or behind a dot.
_PRIVATE_NAME = re.compile(r"((?:^  (?:(?:async|get|set) )?)|\.)#(\w+)", re.MULTILINE)

# A constant's declaration, at the start of a line or of a loop.
_CONSTANT = re.compile(r"((?:^\s*(?:export )?)|\bfor \()const\b", re.MULTILINE)

# The only parameter of an arrow function; behind a word it may be that of an async one.
_PARAMETER = re.compile(r"(?<![\w$])\((\w+)\)=>")

# A token, as in var(--gap-1), and a zero that says nothing, as in 0.5rem.
_TOKEN = re.compile(r"(?<![\w-])--[a-z][\w-]*")
_LEADING_ZERO = re.compile(r"(?<![\w.])0\.")


def _minified_script(script: str) -> str:
    """A script without comments and indentation. Constants are variables, single parameters have
    no parentheses, and private names, which no other file can use, one letter. Other names stay:
    the one minifier of PyPI that shortens those moves a destructuring before what it needs.
    """
    short: dict[str, str] = {}

    def shorten(found: re.Match[str]) -> str:
        index = len(short)
        letter, turn = ascii_letters[index % 52], index // 52 or ""
        return f"{found[1]}#{short.setdefault(found[2], f'{letter}{turn}')}"

    shortened = _CONSTANT.sub(r"\1let", _PRIVATE_NAME.sub(shorten, script))
    # A loop with an empty body would need its semicolon; none has one.
    return _PARAMETER.sub(r"\1=>", str(rjsmin.jsmin(shortened))).replace(";}", "}")


def _minified_style(style: str) -> str:
    """A style sheet without comments and white space, with short names of tokens: the same in each
    sheet, and read nowhere else.
    """

    def shorten(found: re.Match[str]) -> str:
        return f"--{base64.b32encode(hashlib.sha256(found[0].encode()).digest())[:3].decode()}"

    css = str(rcssmin.cssmin(_TOKEN.sub(shorten, style)))
    return _LEADING_ZERO.sub(".", css)


MINIFIERS: Mapping[str, Callable[[str], str | bytes]] = {
    ".css": _minified_style,
    ".js": _minified_script,
}

ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    # Quality 11 would take twice as long, at each start, for 3 % less.
    "br": partial(brotli.compress, quality=10),
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}

State = list[tuple[str, int, int]]  # name, mtime_ns, bytes

_VERSIONED = re.compile(r"([0-9a-f]{12})/(.+)")
# Static imports and re-exports at the start of a line, over as many lines as they take.
_IMPORT = re.compile(
    r"""^(?:import|export)\b(?:[\w\s{},*$]*\bfrom)?\s*["'](\.[^"']+)["']""", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file. `bodies` has it as it is ("identity") and in each encoding that makes it smaller,
    the smallest first.
    """

    content_type: str
    digest: str
    bodies: Mapping[str, bytes]

    @classmethod
    def of(cls, name: str, content: bytes) -> "Asset":
        suffix = posixpath.splitext(name)[1]
        bodies = {"identity": content}
        if suffix in TEXTS:
            content_type = f"{TEXTS[suffix]}; charset=utf-8"
            bodies |= {encoding: encode(content) for encoding, encode in ENCODERS.items()}
        else:
            content_type = OTHERS.get(suffix, "application/octet-stream")
        digest = hashlib.sha256(content).hexdigest()[:20]
        return cls(content_type, digest, dict(_by_size(bodies)))


class Tree:
    """The files of a folder as they were when it was read; those named .something are left out."""

    def __init__(self, folder: Path) -> None:
        sources = {name: path.read_bytes() for name, path in _files(folder)}
        self.assets = {name: Asset.of(name, minified(name, each)) for name, each in sources.items()}
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
                self._tree, self._state = Tree(self._folder), state
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


def minified(name: str, content: bytes) -> bytes:
    """A style sheet or script without comments and indentation; any other file as it is."""
    minify = MINIFIERS.get(posixpath.splitext(name)[1])
    return str(minify(content.decode())).encode() if minify else content


def _by_size(bodies: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The smallest first, and nothing that is not smaller than the file itself."""
    for encoding, body in sorted(bodies.items(), key=lambda item: len(item[1])):
        yield encoding, body
        if encoding == "identity":
            return


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
