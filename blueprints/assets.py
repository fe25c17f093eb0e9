"""Static files, stripped, hashed and compressed once, when the server starts, then kept in memory.

One hash of them all, the version, stands in every address: /static/<version>/js/room.js. Modules
import each other by relative paths, and so a page gets all of them in the version that it was
made for. What is asked for under the version of today may be kept for ever.

Under any other version, as before and after a deploy while its two sides overlap, the file of
today is the answer, to be asked for again the next time: a page with a module missing would not
run at all. A redirect to today's address could go back and forth between two processes.

Pages and API answers are not compressed: they have secrets beside words that others may choose,
and the length of the answer would tell the one from the other (BREACH).
"""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import brotli
import rcssmin
import rjsmin
from quart import Quart, Response, request
from quart.helpers import get_debug_flag
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as WerkzeugResponse

from blueprints.errors import http_error

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

# Comments and indentation are for those who read the source. Names stay: the one minifier of PyPI
# that shortens them moves a destructuring before what it needs.
STRIPPERS: Mapping[str, Callable[[str], str | bytes]] = {
    ".css": rcssmin.cssmin,
    ".js": rjsmin.jsmin,
}

ENCODERS: Mapping[str, Callable[[bytes], bytes]] = {
    # Quality 11 would take twice as long, at each start, for 3 % less.
    "br": partial(brotli.compress, quality=10),
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

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
        self.assets = {name: Asset.of(name, stripped(name, each)) for name, each in sources.items()}
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


class Shelf:
    """The tree that is served: read once, or when `watched`, anew whenever a file has changed."""

    def __init__(self, folder: Path, *, watched: bool) -> None:
        self._folder = folder
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


def init_app(app: Quart) -> None:
    """Serve static/, beside the app; with QUART_DEBUG set, changes in it show at once.

    Templates get `asset(name)`, the address of a file, and `modules(entries)`, the addresses of
    everything that these modules import. Both raise KeyError for what is not there.
    """
    shelf = Shelf(Path(app.root_path, "static"), watched=get_debug_flag())

    @app.before_serving  # Commands have no use for it, and need not wait for it.
    async def read() -> None:
        shelf.tree()

    def address(tree: Tree, name: str) -> str:
        return f"{app.static_url_path}/{tree.version}/{name}"

    def asset(name: str) -> str:
        tree = shelf.tree()
        if name not in tree.assets:
            raise KeyError(name)
        return address(tree, name)

    def modules(entries: Sequence[str]) -> list[str]:
        tree = shelf.tree()
        return [address(tree, name) for name in tree.modules(entries)]

    async def serve(filename: str) -> Response | WerkzeugResponse:
        asset, is_current = shelf.tree().find(filename)
        return await (_answer(asset, is_current) if asset else _missing())

    app.view_functions["static"] = serve  # Quart's own reads the disk for each request.
    app.jinja_env.globals.update(asset=asset, modules=modules)


async def _answer(asset: Asset, is_current: bool) -> Response:
    encoding = request.accept_encodings.best_match(asset.bodies, "identity")
    response = Response(asset.bodies[encoding], content_type=asset.content_type)
    response.headers["Cache-Control"] = FOR_EVER if is_current else ASK_AGAIN
    response.set_etag(f"{asset.digest}-{encoding}")
    if encoding != "identity":
        response.headers["Content-Encoding"] = encoding
    if len(asset.bodies) > 1:
        response.vary.add("Accept-Encoding")
    return await response.make_conditional(request)


async def _missing() -> Response | WerkzeugResponse:
    page = await http_error(NotFound())
    page.headers["Cache-Control"] = "no-store"  # After a deploy it may be there.
    return page


def stripped(name: str, content: bytes) -> bytes:
    """A style sheet or script without comments and indentation; any other file as it is."""
    strip = STRIPPERS.get(posixpath.splitext(name)[1])
    return str(strip(content.decode())).encode() if strip else content


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
