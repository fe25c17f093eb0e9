"""Lines of which each has the hash of itself and of all before it: none of them can be changed,
left out, added or moved without the last hash being another one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping

import msgspec

from models.exported_lines import Line

FIRST = "0" * 64  # In the place of the hash before the first line.
END = "end"


class BrokenChainError(Exception):
    """Says which line it is, and what is wrong with it."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


class HashChain:
    """Gives each line its hash."""

    def __init__(self) -> None:
        self.hash = FIRST
        self.length = 0

    def add(self, line: Line) -> str:
        """The line, which comes next, with its hash, as it is in the file."""
        content = msgspec.to_builtins(line)
        return _canonical({**content, "hash": self._add(content)})

    def _add(self, content: Mapping[str, object]) -> str:
        text = f"{self.hash}{_canonical(content)}"
        self.hash = hashlib.sha256(text.encode()).hexdigest()
        self.length += 1
        return self.hash


def _canonical(line: Mapping[str, object]) -> str:
    """The one way in which a line is written: keys in order, no space, UTF-8 as it is."""
    return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def verify(lines: Iterable[bytes]) -> tuple[int, str]:
    """Look through a file of such lines. Returns how many it has, and the last hash.

    Raises:
        BrokenChainError: for the first line with which something is wrong.
    """
    chain, is_over = HashChain(), False
    for number, raw in enumerate(lines, 1):
        if is_over:
            raise BrokenChainError(number, "there is something behind the end")
        line = _parsed(number, raw)
        told = line.pop("hash", None)
        if line.get("type") == END and line.get("lines") != chain.length:
            raise BrokenChainError(number, f"the end counts {line.get('lines')} lines before it")
        if chain._add(line) != told:  # noqa: SLF001 - its own module
            raise BrokenChainError(
                number, "it has been changed, or a line before it is missing, added or moved"
            )
        is_over = line.get("type") == END
    if not is_over:
        raise BrokenChainError(chain.length + 1, "the end is missing: the file was cut off")
    return chain.length, chain.hash


def _parsed(number: int, raw: bytes) -> dict[str, object]:
    try:
        line = json.loads(raw)
        text = raw.decode().rstrip("\n")
    except (ValueError, RecursionError):
        raise BrokenChainError(number, "it is no JSON") from None
    if not isinstance(line, dict):
        raise BrokenChainError(number, "it is no JSON object")
    if _canonical(line) != text:
        raise BrokenChainError(number, "it is not written as it was exported")
    return line
