"""The benchmarks run, and they notice what they are there to notice."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.checks import Checks, Heard, Sent, Violation, compare
from benchmarks.goals import is_met
from benchmarks.plot import picture
from benchmarks.report import table
from tests.support.server import run_python

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checks() -> Checks:
    return Checks()


def test_dense_numbers_are_fine(checks: Checks) -> None:
    heard = Heard("anna", checks, after=4)
    for number in (5, 6, 7):
        heard.message(number)
    sent = Sent("anna", checks)
    sent.waiting.add("one")
    sent.acknowledged("one", 7, heard=heard.last)
    compare({1: 7}, {1: (7, 7)}, checks)
    checks.verdict()


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ([5, 7], "7 after 5: lost"),
        ([5, 6, 6], "6 after 6: doubled"),
        ([5, 7, 6], "6 after 7: doubled or out of order"),
    ],
)
def test_a_broken_order_is_noticed(checks: Checks, numbers: list[int], complaint: str) -> None:
    heard = Heard("anna", checks, after=4)
    for number in numbers:
        heard.message(number)
    with pytest.raises(Violation, match=complaint):
        checks.verdict()


@pytest.mark.parametrize("heard", [7, 6])
def test_a_bad_acknowledgement_is_noticed(checks: Checks, heard: int) -> None:
    sent = Sent("anna", checks)
    sent.waiting.add("one")
    sent.acknowledged("one", 7, heard=heard)
    if heard == 7:
        sent.acknowledged("one", 7, heard=heard)
    with pytest.raises(Violation, match="twice" if heard == 7 else "not delivered before"):
        checks.verdict()


@pytest.mark.parametrize("stored", [{}, {1: (6, 6)}, {1: (8, 8)}, {1: (7, 8)}])
def test_what_is_not_stored_is_noticed(checks: Checks, stored: dict[int, tuple[int, int]]) -> None:
    compare({1: 7}, stored, checks)
    with pytest.raises(Violation, match="room 1: 7 sent"):
        checks.verdict()


async def small_run(folder: Path, *arguments: str) -> tuple[Any, str]:
    """Run benchmarks, a fiftieth of each; what was measured, and the output."""
    results = folder / "results.json"
    small = ("--repeat", "1", "--scale", "0.02", "--json", str(results))
    status, output = await run_python(
        "-m", "benchmarks", *arguments, *small, cwd=ROOT, settings={}, within=150
    )
    assert status == 0, output
    measured = json.loads(results.read_text())
    assert not measured["failures"]
    return measured["results"], output


async def test_small_runs(folder: Path) -> None:
    # 12 s on a quiet machine.
    targets = ("--target", "beseda", "--target", "websockets")
    measured, output = await small_run(folder, "fanout", "ingest", *targets)
    for figure in ("fanout: µs per delivery", "ingest: µs per message"):
        assert figure in output
        assert measured["beseda"][figure]["median"] >= 0
    assert picture(measured).startswith("<svg")


async def test_few_frames_tell_of_many_reactions(folder: Path) -> None:
    scenarios = ("resume", "reactions", "edits")
    measured, _ = await small_run(folder, *scenarios, "--target", "beseda")
    found = {figure: each["median"] for figure, each in measured["beseda"].items()}
    assert found["resume: frames"] == 50, "of 50 messages, with 20 reactions each"
    # Of 1,000; before 200 readers in a small run too.
    storm = "reactions at once: frames per reader"
    assert is_met(storm, found[storm]), found[storm]
    for figure in ("reactions: µs per reaction", "edits: µs per edit"):
        assert found[figure] >= 0


async def test_uploads_come_in_at_once(folder: Path) -> None:
    measured, _ = await small_run(folder, "uploads", "--target", "beseda")
    found = {figure: each["median"] for figure, each in measured["beseda"].items()}
    assert found["uploads: MB per s"] > 0
    assert found["uploads: MB more at the peak"] < 100


def test_the_table_marks_a_missed_goal() -> None:
    results = {
        "beseda": {"fanout: µs per delivery": [9.0, 8.0, 10.0]},
        "quart": {"fanout: µs per delivery": [18.0]},
    }
    assert table(results).splitlines()[1].split() == [
        *("fanout:", "µs", "per", "delivery", "9.00", "✗", "≤", "7.00", "18.0", "×0.50")
    ]
