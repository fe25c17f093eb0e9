"""Lists of what is promised, tried or decided, each with the tests that prove it."""

import ast
from functools import cache
from pathlib import Path

from tests.support.server import ROOT


def listed(file: Path) -> dict[str, list[str]]:
    """Return what is named below each line of the list; those that begin with # are comments."""
    found: dict[str, list[str]] = {}
    line_above = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[line_above].append(line.strip())
        elif line and not line.startswith("#"):
            line_above = line
            assert line_above not in found, f"twice: {line_above}"
            found[line_above] = []
    return found


@cache
def named_in(path: str) -> set[str]:
    """Return the names of the tests in this file; none where there is no such file."""
    file = ROOT / path
    if not file.exists():
        return set()
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    functions = (each for each in nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return {each.name for each in functions if each.name.startswith("test_")}


def is_there(named: str) -> bool:
    """Whether there is such a test, as pytest names it."""
    path, _, name = named.partition("::")
    return name in named_in(path)
