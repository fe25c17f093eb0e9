"""SECURITY.md promises nothing that no test holds."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.listed_tests import is_there, listed
from tests.support.server import ROOT

TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
HELD = Path(__file__).with_name("promises.txt")
TRIED = Path(__file__).with_name("attacks.txt")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
# A list's item, or what stands between empty lines.
PARAGRAPH = re.compile(r"\n\n|^- ", re.MULTILINE)

PROMISES, ATTACKS = listed(HELD), listed(TRIED)
NAMED = {name for found in (PROMISES, ATTACKS) for names in found.values() for name in names}


def plain(text: str) -> str:
    """Return the text in one line, without what makes words bold."""
    return " ".join(text.replace("**", "").split())


def section(title: str) -> str:
    """Return what stands below this heading."""
    return TEXT.split(f"## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row of its table, without the head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [plain(cell) for cell in line.strip().removesuffix("|")[1:].split("|")]


def sentences(text: str) -> list[str]:
    """Return the sentences of what is neither heading nor table."""
    lines = [line for line in text.splitlines() if not line.startswith(("|", "#"))]
    paragraphs = [plain(each) for each in PARAGRAPH.split("\n".join(lines))]
    return [sentence for each in paragraphs for sentence in SENTENCE.split(each) if sentence]


def promises() -> list[str]:
    """Return what is promised: a cell of who may what, a limit, a sentence."""
    trusted, done = section("Who is trusted with what"), section("What is done")
    found = [f"{who} | {cell}" for who, *cells in rows(trusted) for cell in cells if cell]
    found += [" | ".join(cells) for cells in rows(done)]
    return [*found, *sentences(trusted), *sentences(done)]


def test_every_sentence_has_its_tests() -> None:
    made = promises()
    assert len(made) == len(set(made)) > 100
    assert [each for each in made if not PROMISES.get(each)] == []


def test_no_test_is_named_for_what_is_not_promised() -> None:
    assert sorted(set(PROMISES) - set(promises())) == []


def test_every_attack_has_its_tests() -> None:
    assert ATTACKS
    assert [each for each, names in ATTACKS.items() if not names] == []


@pytest.mark.parametrize("named", sorted(NAMED))
def test_named_tests_exist(named: str) -> None:
    assert is_there(named)


def test_titles_are_found_once() -> None:
    """Whoever refers to one, or looks for it, finds the one that is meant."""
    done = section("What is done")
    titles = re.findall(r"^(?:- \*\*|### )([^*\n]+)", done, re.MULTILINE)
    assert len(titles) > 30
    assert [each for each in titles if titles.count(each) > 1] == []
