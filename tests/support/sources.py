"""The project's own Python files, as the tests of its structure read them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.support.server import ROOT

PACKAGES = (
    "blueprints",
    "commands",
    "models",
    "protocol",
    "realtime",
    "server",
    "services",
    "translations",
)
SOURCES = sorted(
    path
    for pattern in ("*.py", *(f"{package}/**/*.py" for package in PACKAGES))
    for path in ROOT.glob(pattern)
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a source file."""
    return ast.parse(path.read_text(encoding="utf-8"), path.name)


def shown(path: Path) -> str:
    """Return the path from the project's folder on."""
    return path.relative_to(ROOT).as_posix()


def module(path: Path) -> str:
    """Return the dotted name of a source file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted name of every module that the file imports, wherever in it."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: a relative import hides what it reaches for"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(*names: str) -> set[str]:
    """Return the sources that import one of these modules or something inside it."""
    return {
        shown(path)
        for path in SOURCES
        for found in imports(path)
        if any(found == name or found.startswith(f"{name}.") for name in names)
    }


def imported_names(tree: ast.AST) -> dict[str, str]:
    """Return what each imported name stands for: `atomically` is `models.database.atomically`."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method, those inside others too."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node
