"""What a text or a search makes the server do is bounded, whatever is written."""

import tracemalloc
from datetime import UTC

import pytest

from errors import Refusal
from models.search_terms import text_terms
from services.search.matcher import EXACT_MAX, Matcher
from services.search.query import parse

TEXTS = 40
LENGTH = 4_000


def test_long_stretches_are_not_kept_in_memory() -> None:
    first = 0x4E00
    tracemalloc.start()
    try:
        for n in range(TEXTS):
            text = "".join(chr(first + (each * (n + 7)) % 20_000) for each in range(LENGTH))
            text_terms([text])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 2_000_000


@pytest.mark.parametrize("minus", ["", "-"])
def test_only_some_texts_are_looked_for_exactly(minus: str) -> None:
    some = [f'{minus}"{chr(0x430 + n)}"' for n in range(EXACT_MAX + 1)]
    Matcher.of(parse(" ".join(some[:-1] * 2), UTC))
    with pytest.raises(Refusal, match="bad_search"):
        Matcher.of(parse(" ".join(some), UTC))
