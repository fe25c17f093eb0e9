"""Marks within a paragraph, as one rule of markdown-it-py that counts what it does.

A text is asked for its marks one after the other, and each may take some steps of what the text has
in all: `env["steps"]`.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.backticks import backtick
from markdown_it.rules_inline.escape import escape
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.rules_inline.strikethrough import tokenize as strikethrough

from protocol import markdown_links as links
from protocol.markdown_tokens import FastToken, push, spend

BACKTICKS = 8  # So many are a step: they are looked at once more.

# Where no mark can begin or end anything: all but the signs of markup, and of these a run within a
# word (2*3*4, snake_case) or between spaces, a single "~", a "\" before a letter, a ":", a "." and
# an "@" that are in no address, and a "[" of no link. All of it is possessive: no character is
# looked at twice, but by what looks ahead, and that has a bound.
_TEXT = re.compile(
    r"""(?:
    [^*_~`\\:.@\[]++
    | (?<=[^\W_]) (?:\*++|_++) (?=[^\W_])
    | (?<=[ \n]) (?:\*++|_++) (?=[ \n])
    | ~(?!~)
    | \\(?=[^\W_])
    | (?<![hH][tT][tT][pP]) (?<![hH][tT][tT][pP][sS]) :
    | :(?!//)
    | (?<![wW]ww)\.
    | (?<![a-zA-Z0-9_.+-])@ | @(?![^\W_])
    | \[(?![^\[\]\n]{1,200}+\]\([hH][tT][tT][pP])
    )++""",
    re.VERBOSE,
)
_RUN = re.compile(r"\*++|_++|~++")
_SPACE, _SIGN, _LETTER = range(3)


def is_text(text: str) -> bool:
    """Whether it has no marks."""
    found = _TEXT.match(text)
    return found is not None and found.end() == len(text)


def inline(state: StateInline, silent: bool) -> bool:
    """Text, and the mark after it. One rule for all of them: the mark says which one it is for."""
    if found := _TEXT.match(state.src, state.pos):
        text = found.group()
        state.append_pending(_without_ends(text) if "\n" in text else text)
        state.pos = found.end()
        if state.pos == state.posMax:
            return True
    spend(state.env, 1)
    return _RULES[state.src[state.pos]](state, silent) or found is not None


def _without_ends(text: str) -> str:
    """Without the space around the ends of its lines, as CommonMark has it."""
    first, *inner, last = text.split("\n")
    inner = [line.strip(" \t") for line in inner]
    return "\n".join([first.rstrip(" \t"), *inner, last.lstrip(" \t")])


def _code(state: StateInline, silent: bool) -> bool:
    if not state.backticksScanned:
        spend(state.env, state.src.count("`") // BACKTICKS)
    return backtick(state, silent)


def _strike(state: StateInline, silent: bool) -> bool:
    spend(state.env, _length_of_run(state) // 2)
    return strikethrough(state, silent)


def _emphasis(state: StateInline, _silent: bool) -> bool:
    text, start = state.src, state.pos
    marker, end = text[start], start + _length_of_run(state)
    spend(state.env, end - start - 1)
    before, after = _kind(text[start - 1 : start]), _kind(text[end : end + 1])
    # What stands within a word is no mark, of "*" neither: CommonMark has it so of "_" alone.
    are_signs = before == after == _SIGN
    opens, closes = after > before or are_signs, before > after or are_signs
    for _ in range(start, end):
        token = push(state, FastToken(marker))
        state.delimiters.append(Delimiter(ord(marker), end - start, token, -1, opens, closes))
    state.pos = end
    return True


def _length_of_run(state: StateInline) -> int:
    found = _RUN.match(state.src, state.pos)
    return len(found.group()) if found else 0


@lru_cache(1_024)
def _kind(character: str) -> int:
    """Of what stands beside a mark; "" is the beginning or the end."""
    if not character or isWhiteSpace(ord(character)):
        return _SPACE
    return _SIGN if isMdAsciiPunct(ord(character)) or isPunctChar(character) else _LETTER


_RULES: dict[str, Callable[[StateInline, bool], bool]] = {
    "*": _emphasis,
    "_": _emphasis,
    "~": _strike,
    "`": _code,
    "\\": escape,
    ":": links.address,
    ".": links.www,
    "@": links.mail,
    "[": links.words,
}
