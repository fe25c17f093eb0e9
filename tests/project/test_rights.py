"""The table of rights in the documents is the one that the services ask, and the only one."""

import re

from services.policy import RIGHTS, Right, Who
from tests.support.server import ROOT
from tests.support.sources import SOURCES, shown

TEXT = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")


def test_documents_have_the_table_of_rights() -> None:
    rows = [line.strip("|").split("|") for line in TEXT.splitlines() if line.startswith("| ")]
    (_, *columns), _, *rights = [[cell.strip() for cell in row] for row in rows]
    assert columns == list(Who)
    documented = {
        right: {who for who, cell in zip(columns, cells, strict=True) if cell == "yes"}
        for right, *cells in rights
    }
    assert documented == {str(right): set(map(str, whose)) for right, whose in RIGHTS.items()}


def test_every_right_is_given_to_somebody() -> None:
    assert list(RIGHTS) == list(Right)
    assert all(RIGHTS.values())


def test_rights_are_asked_for_in_one_place() -> None:
    """And under the locks of rooms, in models/."""
    pattern = re.compile(r'Refusal\(\s*"(?:not_owner|not_author|not_admin)"')
    found = {shown(path) for path in SOURCES if pattern.search(path.read_text("utf-8"))}
    assert {path for path in found if not path.startswith("models/")} == {"services/policy.py"}
