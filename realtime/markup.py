"""What people write, as HTML: `code`, ``` blocks, **bold**, _italics_, ~~struck~~, > quotes, and
addresses as links. Nothing else is markup: a "#", a list or a tag stays what was typed.

The HTML is made of the elements p, strong, em, s, code, pre, blockquote and a, the last with an
http or https address of its own text: a link never leads elsewhere than it says.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.blockquote import blockquote
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize as emphasis
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Most messages have none of these, and cost a look.
_MARKUP = re.compile(r"[*_~`\\]|://|^ {0,3}> ?", re.MULTILINE)
_QUOTED = re.compile(r" {0,3}>")
_FENCE = re.compile(r" {0,3}(?:`{3}|~{3})")
_SCHEME = re.compile(r"(?<![^\W_])https?$", re.IGNORECASE)
# Without the marks that turn the writing direction: an address must read as what it is.
_REST = re.compile(r"://[^\s<>\"'`\u202a-\u202e\u2066-\u2069]+")
_TRAILING = ".,:;!?…»*_~"
_OPENING = {")": "(", "]": "[", "}": "{"}
# A page of history is rendered again and again; what is long is rendered again each time, or a
# few thousand long messages would fill the memory.
REMEMBERED = 1_024
REMEMBERED_LENGTH = 500
# 4,000 characters of nothing but marks take 20 ms, and everybody else waits: nobody writes so.
MARKS_MAX = 200
LINES_MAX = 400
QUOTED_MAX = 60
_MARKS = re.compile(r"[*_~`\\]|://")
_QUOTES = re.compile(r"^ {0,3}>", re.MULTILINE)
_CODE = re.compile(r"^ {0,3}```.*?^ {0,3}```", re.MULTILINE | re.DOTALL)


def to_html(text: str) -> str | None:
    """The message as HTML; None when it is plain text, which is shown as it is."""
    if not _MARKUP.search(text):
        return None
    if len(text) <= REMEMBERED_LENGTH:
        return _remembered(text)
    return None if _is_hostile(text) else _rendered(text)


def _is_hostile(text: str) -> bool:
    rest = _CODE.sub("```", text)
    return (
        len(_MARKS.findall(rest)) > MARKS_MAX
        or len(_QUOTES.findall(rest)) > QUOTED_MAX
        or text.count("\n") > LINES_MAX
    )


@lru_cache(maxsize=REMEMBERED)
def _remembered(text: str) -> str | None:
    return _rendered(text)


def _rendered(text: str) -> str | None:
    html = str(_markdown.render(_ended_quotes(text))).strip()
    return None if html == f"<p>{escapeHtml(text.strip())}</p>" else html


def _ended_quotes(text: str) -> str:
    """A quote ends with its line: what is written below it is the answer."""
    lines = text.split("\n")
    result, is_code = lines[:1], _FENCE.match(lines[0]) is not None
    for before, line in pairwise(lines):
        if not is_code and _QUOTED.match(before) and not _QUOTED.match(line):
            result.append("")
        result.append(line)
        is_code ^= _FENCE.match(line) is not None
    return "\n".join(result)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    at = state.bMarks[start] + state.tShift[start]
    # ">_<" is a face.
    return state.src[at + 1 : at + 2] in (" ", ">") and blockquote(state, start, end, silent)


def _emphasis(state: StateInline, silent: bool) -> bool:
    start, known = state.pos, len(state.delimiters)
    if not emphasis(state, silent):
        return False
    # As for "_": what stands within a word is none, as in 2*3*4.
    scanned = state.scanDelims(start, False)
    for delimiter in state.delimiters[known:]:
        delimiter.open, delimiter.close = scanned.can_open, scanned.can_close
    return True


def _address(state: StateInline, silent: bool) -> bool:
    # The last six characters decide; a look at all of them would take the square of their number.
    before = state.pending[-6:]
    scheme = state.src[state.pos : state.pos + 3] == "://" and _SCHEME.search(before)
    rest = scheme and _REST.match(state.src, state.pos)
    if not scheme or not rest or silent:
        return False
    address = _without_punctuation(scheme.group() + rest.group())
    if len(address) <= len(scheme.group()) + 3:
        return False
    state.pending = state.pending.removesuffix(scheme.group())
    link = state.push("link_open", "a", 1)
    link.attrs = {"href": address, "rel": "noopener noreferrer nofollow", "target": "_blank"}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    state.pos += len(address) - len(scheme.group())
    return True


def _without_punctuation(address: str) -> str:
    while address[-1] in _TRAILING or (address[-1] in _OPENING and not _balanced(address)):
        address = address[:-1]
    return address


def _balanced(address: str) -> bool:
    return address.count(_OPENING[address[-1]]) >= address.count(address[-1])


def _block(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType
) -> str:
    # It may have to be scrolled sideways, by the keyboard as well.
    code = escapeHtml(tokens[index].content.removesuffix("\n"))
    return f'<pre tabindex="0"><code>{code}</code></pre>\n'


def _made() -> MarkdownIt:
    markdown = MarkdownIt("zero")
    markdown.enable(
        ["fence", "blockquote", "newline", "escape", "backticks", "strikethrough", "emphasis"]
    )
    markdown.block.ruler.at(
        "blockquote", _quote, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.inline.ruler.at("emphasis", _emphasis)
    markdown.inline.ruler.after("text", "address", _address)
    markdown.add_render_rule("fence", _block)
    # Styled as they were typed: a line's end needs no element.
    for kind in ("softbreak", "hardbreak"):
        markdown.add_render_rule(kind, lambda *_: "\n")
    return markdown


_markdown = _made()
