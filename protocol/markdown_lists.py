"""Lists, as one block rule of markdown-it-py that looks at each line once.

CommonMark lets an item hold anything, and reads its lines anew for each list around them: 20 µs an
item. Here an item is text, with lists in it. Whatever else stands between items ends the list, and
the next one goes on counting.
"""

import re
from typing import NamedTuple

from markdown_it.rules_block import StateBlock

from protocol.markdown_inline import is_text
from protocol.markdown_tokens import FastToken, spend

LISTS_MAX = 3  # Lists in lists; what is deeper stands in the third.
NESTED = 2  # So many spaces more than those of the list around it.
ITEM = 1  # Steps; what is written in it costs its own.
# A "+" is an answer, and "2026." a year. A mark after the mark is a line of "* * *", or a date.
_ITEM = re.compile(
    r"(?:(?P<bullet>[-*])|(?P<number>[0-9]{1,3})(?P<end>[.)]))[ \t]++"
    r"(?!(?:[-*]|[0-9]{1,9}+[.)])(?:\s|\Z))(?=\S)"
)
_TAGS = {
    "*": "<ul>",
    "-": '<ul class="dash">',
    ".": "<ol>",
    ")": '<ol class="paren">',
}


class _Item(NamedTuple):
    indent: int  # Columns.
    mark: str  # One of _TAGS.
    number: int
    lines: list[str]


class _List:
    """A list that is open, and how far it has counted."""

    def __init__(self, item: _Item) -> None:
        self.indent, self.mark = item.indent, item.mark
        self.opening = _TAGS[item.mark]
        self.closing = f"</{self.opening[1:3]}>"
        self._written = self._shown = 0

    def item(self, number: int) -> str:
        """The tag of the next item. It shows the number that was written; but where all are the
        same, as when each line has "1.", they are counted.
        """
        if self.mark in "*-":
            return "<li>"
        following = self._shown + 1
        is_repeated = self._shown > 0 and number == self._written
        self._written, self._shown = number, following if is_repeated else number
        return "<li>" if self._shown == following else f'<li value="{number}">'


class _Writer:
    """Puts items into the lists that their indentation makes."""

    def __init__(self, state: StateBlock) -> None:
        self._state = state
        self._lists: list[_List] = []

    def add(self, item: _Item) -> None:
        spend(self._state.env, ITEM)
        tags = ""
        while self._lists and self._is_after_list(item):
            tags += self._close()
        if self._lists and not self._is_nested(item):
            self._lists[-1].indent = min(self._lists[-1].indent, item.indent)
            tags += "</li>\n"
        else:
            self._lists.append(_List(item))
            tags += self._lists[-1].opening + "\n"
        self._push(tags + self._lists[-1].item(item.number), "tags")
        text = "\n".join(item.lines)
        self._push(text, "text" if is_text(text) else "inline")

    def end(self) -> None:
        self._push("".join(self._close() for _ in self._lists[:]) + "\n", "tags")

    def _is_nested(self, item: _Item) -> bool:
        around = self._lists[-1]
        return len(self._lists) < LISTS_MAX and item.indent >= around.indent + NESTED

    def _is_after_list(self, item: _Item) -> bool:
        last = self._lists[-1]
        if len(self._lists) > 1 and item.indent < last.indent:
            return True
        return not self._is_nested(item) and item.mark != last.mark

    def _close(self) -> str:
        # Nothing between the two ends: a page keeps the line's ends of an item.
        return f"</li>\n{self._lists.pop().closing}"

    def _push(self, content: str, kind: str) -> None:
        self._state.tokens.append(FastToken(content, kind))


def list_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A list; right after a paragraph's line only one of dashes or stars, or from 1 on."""
    item = _item(state, start)
    if item is None or (silent and item.number > 1):
        return False
    if silent:
        return True
    writer = _Writer(state)
    line = start + 1
    while line < end:
        at = line + 1 if state.isEmpty(line) else line
        if following := _item(state, at):
            writer.add(item)
            item, line = following, at
        elif at == line and state.sCount[line] > item.indent and not _is_block(state, line, end):
            item.lines.append(_text(state, line))
        else:
            break
        line += 1
    writer.add(item)
    writer.end()
    state.line = line
    return True


def _item(state: StateBlock, line: int) -> _Item | None:
    """The item that begins on the line, if any. Of a quote that has ended, `sCount` is negative."""
    if line >= state.lineMax or state.sCount[line] < 0:
        return None
    found = _ITEM.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    if not found:
        return None
    bullet, number, after = found.groups()
    text = state.src[found.end() : state.eMarks[line]].rstrip()
    return _Item(state.sCount[line], bullet or after, int(number or 0), [text])


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()


def _is_block(state: StateBlock, line: int, end: int) -> bool:
    return any(rule(state, line, end, True) for rule in state.md.block.ruler.getRules("list"))
