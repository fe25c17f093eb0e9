"""One static file as it is served: stripped, hashed and compressed."""

import base64
import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from string import ascii_letters

import brotli
import msgspec
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
    # Quality 11 would take twice as long, where nothing is kept at each start, for 3 % less.
    "br": partial(brotli.compress, quality=10),
    "gzip": partial(gzip.compress, compresslevel=9, mtime=0),
}

# All that an asset depends on beside its file.
RECIPE = "\n".join(
    (Path(__file__).read_text(), rjsmin.__version__, rcssmin.__version__, brotli.__version__)
).encode()


class Asset(msgspec.Struct, frozen=True):
    """One file. `bodies` has it as it is ("identity") and in each encoding that makes it smaller,
    the smallest first.
    """

    content_type: str
    digest: str
    bodies: dict[str, bytes]

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


def key_of(name: str, source: bytes) -> str:
    """What two files have in common of which the same asset is made."""
    suffix = posixpath.splitext(name)[1]
    return hashlib.sha256(f"{suffix}\0".encode() + source).hexdigest()


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
