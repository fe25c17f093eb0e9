"""What a text costs to render: as much as its length says, whatever marks it is made of.

Counted in the interpreter's instructions, which are the same on every machine. A second look, by
the clock and with a generous factor, is for what the interpreter does in one instruction: a
regular expression, a copy of the text.
"""

import sys
import time
from functools import cache
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.markup import HtmlCache, to_html

LENGTH = 4_000
# Prose that goes through the renderer: in each line somebody has marked a word.
LINE = "An ordinary line of prose, in which a `word` is marked; as long as lines usually are.\n"
# What costs little may be denser than prose ever is: a short text in which every word is bold.
SHORT = 3_000
FACTOR = 5
CLOCK_FACTOR = 15  # What is quadratic took 27 to 62 times as long as this prose.
SIGNS = ["*", "**", "_", "~~", "~", "`", "``", "```", "\n", "> ", ">", ">>", "\\", "\\*", "://"]
SIGNS += ["http://", " ", "a", "(", ")", "]", "}", ".", "<", '"', "\t", "```a\n", "~~~\n", "\n\n"]
SIGNS += [
    "\r",
    "\u0301",
    "x_y",
    "- ",
    "* ",
    "1. ",
    "9) ",
    "  ",
    "[",
    "](",
    "[a](http://a.b/",
    "](http://a.b)",
]
SIGNS += ["www.", "ww", "@", "a@b.c", "a.", "-"]
HOSTILE = {
    "an info string with a backtick is no fence": "```a`\n" + "*_" * 1990 + "\n```x",
    "brackets after an address": "http://" + ")]}" * 1330,
    "parentheses after an address": "http://" + ")" * 3990,
    "short and dense": "*_" * 250,
    "openers of many kinds": "*a _b ~~c " * 400,
    "openers alone": "*a " * 1333,
    "closers alone": "a* " * 1333,
    "runs of a length that never matches": "**a *b" * 660,
    "pairs": "*a* " * 1000,
    "bold pairs": "**a** " * 660,
    "struck": "~~a~~ " * 660,
    "one run of stars": "*" * LENGTH,
    "one run of tildes": "a" + "~" * (LENGTH - 1),
    "tildes of odd length": "~~~a" * 1000,
    "backtick runs of all lengths": "".join("`" * n + " " for n in range(1, 88)),
    "backticks within a span": "``" + "` " * 1990 + "``",
    "code words": "`a` " * 1000,
    "escapes": "\\*" * 2000,
    "escaped line ends": "a\\\n" * 1333,
    "quotes of one line": "> a\n\n" * 800,
    "lines of a quote": "> a\n" * 1000,
    "quotes in quotes": ("> " * 19 + "a\n") * 100,
    "markers without space": (">" * 20 + " a\n") * 170,
    "one deep quote": "> " * 2000,
    "paragraphs": "*x*\n\n" + "a\n\n" * 1330,
    "lines": "*x*\n" + "a\n" * 1990,
    "empty lines in a fence": "```\n" + "\n" * 3990,
    "returns in a fence": "```\n" + "\r" * 3990,
    "fences": "```\n" * 1000,
    "fences of tildes": "~~~\na\n" * 660,
    "unclosed fence in a quote": "> ```\n" + "> *a*\n" * 660,
    "items": "* a\n" * 1000,
    "items of two kinds": "* a\n- a\n" * 500,
    "items with a mark each": "1. *a*\n" * 570,
    "items in items": "* a\n  * a\n    * a\n" * 170,
    "items that begin and end": "* a\nb\n" * 660,
    "items in quotes": "> " * 8 + "* a\n" * 990,
    "items between empty lines": "* a\n\n" * 800,
    "lines of an item": "* a\n" + " a\n" * 1330,
    "empty items": "* a\n" + "*\n" * 1990,
    "items that are none": "*a*\n" + "1. 1. 1.\n" * 440,
    "numbers": "*a*\n1. a\n" + "999. a\n" * 570,
    "indented items": "".join(" " * n + "* a\n" for n in range(85)),
    "titled links": "[a](http://a.b) " * 250,
    "titled links without an end": "[a](http://a.b" * 280,
    "titled links with marks": "[**a**](http://a.b) " * 200,
    "brackets": "[" * LENGTH,
    "pairs of brackets": "[a](" * 1000,
    "brackets within an address": "[a](http://a.b/" + "(" * 3980,
    "labels of an address": "[a](http://" + "a." * 1990,
    "beginnings of www": "www." * 1000,
    "addresses with www": "www.a.b " * 500,
    "names with www": "www." + "a." * 1990,
    "mail": "a@b.cd " * 570,
    "beginnings of mail": "a@" * 2000,
    "names of mail": "a" * 60 + "@b." + "a.b" * 1310,
    "hosts of mail": "a@a.a.a.a.a.a.a.a.a.1 " * 180,
    "schemes": "http://" * 570,
    "addresses": "http://a " * 440,
    "schemes alone": "http:// " * 500,
    "indented lines": "*x*\n" + " \t" * 1990,
    "spaces before line ends": "*x*" + " " * 3900 + "\n",
}


def instructions(text: str, kept: HtmlCache | None = None) -> int:
    """Return how many instructions it takes to render the text, by default for the first time."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    kept = kept or HtmlCache(1 << 20)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        kept.html(text)
    finally:
        sys.settrace(before)
    return count


@cache
def allowed(length: int) -> int:
    """Return how many a text of this length may take."""
    return FACTOR * instructions((LINE * 50)[: max(length, SHORT)])


def check(text: str) -> None:
    """Hold the cost of a text against that of prose."""
    cost, ordinary = instructions(text), allowed(len(text))
    assert cost <= ordinary, f"{cost} of {ordinary}: {text[:60]!r}"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_cost_what_prose_does(name: str) -> None:
    text = HOSTILE[name][:LENGTH]
    check(text)
    assert seconds(text) < CLOCK_FACTOR * seconds((LINE * 50)[:LENGTH])


def seconds(text: str) -> float:
    """Return the CPU time of a first rendering, the shortest of several."""
    times = []
    for _ in range(7):
        began = time.thread_time()
        HtmlCache(1 << 20).html(text)
        times.append(time.thread_time() - began)
    return min(times)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=8), st.sampled_from([60, 500, 4_000]))
def test_repeated_patterns_cost_what_prose_does(signs: list[str], length: int) -> None:
    check(("".join(signs) * length)[:length])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 1 << 32), st.lists(st.sampled_from(SIGNS), min_size=2, max_size=8))
def test_random_mixes_cost_what_prose_does(seed: int, signs: list[str]) -> None:
    check("".join(Random(seed).choices(signs, k=LENGTH))[:LENGTH])  # noqa: S311


ORDINARY = {
    "code": "**See**\n```c\n" + "int **p = &a[i] * b_c; // ~x\n" * 130 + "```\nok?",
    "code in tildes": "~~~\n" + "x = `a` * b_c\n" * 250 + "~~~",
    "indented code": "```py\n" + "        if a_b:\n            return c * d\n" * 90 + "```",
    "code without a fence": "*see*\n" + "self.a_b = c_d(e_f, g_h) * 2*3\n" * 120,
    "links": "\n".join(f"https://example.org/path/{n}/page.html?a={n} - a note" for n in range(70)),
    "bare links": "\n".join(f"https://example.org/path/to/a/page/{n}.html" for n in range(80)),
    "a long quote": "> a line of a letter that is quoted as a whole before it is answered\n" * 50,
    "quotes in quotes": "> > what was said at first, and was long\n> and an answer\n\nNo!\n" * 12,
    "a letter": "\n\n".join(
        f"> Question {n}, which somebody has asked at length\nAnswer **{n}**" for n in range(15)
    ),
    "paragraphs": "\n\n".join(f"Paragraph {n} with a *word*, and some more." for n in range(40)),
    "a list with names": "\n".join(
        f"- **Item {n}**: a sentence about it with `code_{n}` in it, and then a bit more."
        for n in range(40)
    ),
    "a list of stars": "**List**\n" + "* an item of the list\n" * 150,
    "a few words": "**Yes**, _but_ `not` ~~so~~: **a**, **b**, **c**",
    "a path": "**in** " + "C:\\Users\\somebody\\Documents\\" * 100,
    "a table of words": "**words**\n" + "a word\n" * 300,
}


@pytest.mark.parametrize("name", ORDINARY)
def test_what_people_write_is_rendered(name: str) -> None:
    text = ORDINARY[name]
    assert len(text) <= LENGTH
    assert to_html(text) is not None
    check(text)


def test_a_text_is_rendered_once_and_kept() -> None:
    text = "*a* " * 50
    kept = HtmlCache(1 << 20)
    first = kept.html(text)
    assert instructions(text, kept) < 100
    assert kept.html(text) is first


def test_what_is_kept_has_a_bound() -> None:
    """Of memory, whatever the texts are like; the latest stay."""
    kept = HtmlCache(100_000)
    for number in range(500):
        kept.html(f"{number} *a* " + "<" * number)
    assert kept.size <= 100_000
    assert instructions("499 *a* " + "<" * 499, kept) < 100
    assert instructions("0 *a* ", kept) > 1_000
