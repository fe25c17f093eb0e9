"""What was decided of how things that people do to messages meet is proven, or has its reason."""

from pathlib import Path

import pytest

from tests.support.listed_tests import is_there, listed
from tests.support.server import ROOT

DECIDED = listed(Path(__file__).with_name("interactions.txt"))
NAMED = sorted({each for names in DECIDED.values() for each in names})
DECISION = "docs/decisions/0018-what-conversations-do-without.md"


def test_every_decision_has_its_tests_or_its_reason() -> None:
    assert len(DECIDED) > 25
    assert [each for each, names in DECIDED.items() if not names] == []


@pytest.mark.parametrize("named", NAMED)
def test_named_proofs_exist(named: str) -> None:
    path, _, heading = named.partition("::")
    if path == DECISION:
        assert f"- **{heading}**" in (ROOT / path).read_text(encoding="utf-8")
    else:
        assert is_there(named)


def test_every_reason_is_one_of_a_row() -> None:
    reasons = (ROOT / DECISION).read_text(encoding="utf-8").count("\n- **")
    assert reasons == len([each for each in NAMED if each.startswith(DECISION)])
