"""The protocol document in English has the frames and the programs of the Russian one."""

import json
import re
from itertools import zip_longest
from typing import Any

from tests.support.examples import DOCUMENT
from tests.support.server import ROOT

RUSSIAN = DOCUMENT.read_text(encoding="utf-8")
ENGLISH = (ROOT / "docs" / "websocket-api.en.md").read_text(encoding="utf-8")
# What is translated: a sentence, from its first Russian letter on.
SENTENCE = re.compile(r"[А-Яа-яЁё][\w .,!?]*")


def code(text: str) -> list[tuple[str, str]]:
    """Return the language and the lines of each block of code."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def frames(text: str) -> list[dict[str, Any]]:
    """Return the frames that the document shows, without the sentences in them."""
    shown = [json.loads(block) for language, block in code(text) if language == "json"]
    return [{**frame, "message": ""} if "message" in frame else frame for frame in shown]


def translates(russian: str | None, english: str | None) -> bool:
    """Return whether the line is the same one, but for its sentences."""
    if russian is None or english is None:
        return False
    around = [re.escape(part) for part in SENTENCE.split(russian)]
    return re.fullmatch(r"[^<>{}\"]+".join(around), english) is not None


def test_frames_are_the_same() -> None:
    assert len(frames(RUSSIAN)) == 9
    assert frames(ENGLISH) == frames(RUSSIAN)
    assert [list(frame) for frame in frames(ENGLISH)] == [list(frame) for frame in frames(RUSSIAN)]


def test_code_is_the_same_but_for_its_sentences() -> None:
    assert [language for language, _ in code(ENGLISH)] == [each for each, _ in code(RUSSIAN)]
    pairs = [
        pair
        for (_, russian), (_, english) in zip(code(RUSSIAN), code(ENGLISH), strict=True)
        for pair in zip_longest(russian.splitlines(), english.splitlines())
    ]
    assert len(pairs) > 200
    assert [pair for pair in pairs if not translates(*pair)] == []


def test_everything_is_translated() -> None:
    assert not SENTENCE.search(ENGLISH)
    levels = r"^(#+|[0-9]+\.|-) "
    assert re.findall(levels, ENGLISH, re.MULTILINE) == re.findall(levels, RUSSIAN, re.MULTILINE)
