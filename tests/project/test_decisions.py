"""The records of decisions are numbered, listed, and say what they cost."""

import re

from tests.support.server import ROOT

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("0*.md"))
HEADINGS = ["Context", "Decision", "Cost", "What would end it"]


def test_every_record_is_listed_by_its_title() -> None:
    listed = re.findall(
        r"^\d+\. \[(.+)\]\((.+)\)$", (FOLDER / "README.md").read_text(), re.MULTILINE
    )
    found = [(path.read_text().splitlines()[0].split(". ", 1)[1], path.name) for path in RECORDS]
    assert listed == found


def test_records_are_numbered_without_gaps() -> None:
    numbers = [(path.name[:4], path.read_text().split(".")[0]) for path in RECORDS]
    assert numbers == [(f"{each:04}", f"# {each}") for each in range(1, len(RECORDS) + 1)]


def test_every_record_has_the_four_parts() -> None:
    parts = {
        path.name: re.findall(r"^## (.+)$", path.read_text(), re.MULTILINE) for path in RECORDS
    }
    assert {name: found for name, found in parts.items() if found != HEADINGS} == {}
