"""No file and no function is longer than can be taken in at one look."""

import ast
from pathlib import Path

import pytest

from tests.support.server import ROOT
from tests.support.sources import SOURCES, Function, functions, parsed, shown

FILE_MAX = 250
FUNCTION_MAX = 30

# What is still to be cut. Nothing is added here.
LONGER: set[str] = set()

SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))


def body_lines(function: Function) -> int:
    """Return how many lines the function's body has, without the docstring."""
    first, last = function.body[0], function.body[-1]
    is_described = ast.get_docstring(function) is not None
    start = (first.end_lineno or 0) + 1 if is_described else first.lineno
    return (last.end_lineno or 0) - start + 1


def test_lines_are_counted_without_the_docstring() -> None:
    source = 'def f():\n    """Two\n    lines."""\n    a = 1\n\n    return a\n'
    (function,) = functions(ast.parse(source))
    assert body_lines(function) == 3


@pytest.mark.parametrize("paths", [SOURCES, SCRIPTS], ids=["python", "javascript"])
def test_files_are_short(paths: list[Path]) -> None:
    assert len(paths) > 50
    longer = {shown(path) for path in paths if len(path.read_text().splitlines()) > FILE_MAX}
    assert longer == LONGER & {shown(path) for path in paths}


def test_functions_are_short() -> None:
    lengths = {
        f"{shown(path)}:{function.name}": body_lines(function)
        for path in SOURCES
        for function in functions(parsed(path))
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_MAX} == {}
