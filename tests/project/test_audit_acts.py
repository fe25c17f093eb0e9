"""Each act of the audit log is read from it by some test: made by a real server, by whoever may."""

import ast
import re
from pathlib import Path

from blueprints.pages.audit_actions import ACTIONS
from tests.support.server import ROOT

# What speaks of acts, and makes none.
ELSEWHERE = ROOT / "tests" / "project"
READERS = ("audit_entry", "AuditEntry", "admin/audit", "audit.jsonl")


def names_in(path: Path) -> set[str]:
    """Return the words of the texts in a file of tests that reads the log; of others none."""
    source = path.read_text(encoding="utf-8")
    if not any(each in source for each in READERS):
        return set()
    texts = (each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Constant))
    return {word for text in texts if isinstance(text, str) for word in re.findall(r"\w+", text)}


def test_each_act_is_read_from_the_log() -> None:
    files = [path for path in (ROOT / "tests").glob("*/test_*.py") if path.parent != ELSEWHERE]
    named = set[str]().union(*(names_in(path) for path in files))
    assert len(ACTIONS) > 50
    assert sorted(set(ACTIONS) - named) == []
