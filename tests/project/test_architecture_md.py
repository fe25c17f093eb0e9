"""docs/architecture.md shows what is there: who may import whom, and the way of one message."""

import ast
import re
from pathlib import Path

from tests.project.test_architecture import ALLOWED
from tests.support.server import ROOT

TEXT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\| (\d+) \| \[(.+)\]\(\.\./(.+)\) \| `(\w+)` \|", re.MULTILINE)
JS_FUNCTION = re.compile(r"^(?:  #?|(?:export )?function )(?:async )?(\w+)\(.*\{$", re.MULTILINE)
STEPS = [(int(number), shown, path, name) for number, shown, path, name in STEP.findall(TEXT)]


def functions(path: Path) -> set[str]:
    """Return the names of all functions and methods of a module in Python or JavaScript."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".js":
        return set(JS_FUNCTION.findall(text))
    nodes = ast.walk(ast.parse(text))
    return {each.name for each in nodes if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def imports() -> dict[str, set[str]]:
    """Return what may import what, by the table of folders."""
    section = TEXT.split("## Folders")[1].split("\n## ")[0]
    found: dict[str, set[str]] = {}
    for importers, imported in re.findall(r"^\| (`.+?) \| (.+) \|$", section, re.MULTILINE):
        for name in re.findall(r"`(\w+)`", importers):
            found[name] = set(re.findall(r"`(\w+)`", imported))
    return found


def test_steps_are_functions_that_exist() -> None:
    assert len(STEPS) > 20
    missing = [step for step in STEPS if step[3] not in functions(ROOT / step[2])]
    assert missing == []


def test_steps_are_numbered_and_named_once() -> None:
    assert [step[0] for step in STEPS] == list(range(1, len(STEPS) + 1))
    named = [(path, name) for _, _, path, name in STEPS]
    assert len(named) == len(set(named))
    assert [(shown, path) for _, shown, path, _ in STEPS if shown != path] == []


def test_table_of_imports_is_what_is_held() -> None:
    assert imports() == ALLOWED
