"""Our choice of CommonMark, as rules of markdown-it-py, and what a text may cost.

The rules count what they do. The parser itself counts, not a look at the text before it: that would
have to agree with the parser on what is code, what is quoted and where either ends, and whoever
finds where they differ could hold up everybody.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.blockquote import blockquote
from markdown_it.rules_block.fence import fence
from markdown_it.rules_block.paragraph import paragraph
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from protocol.highlighting import highlight
from protocol.markdown_inline import inline
from protocol.markdown_lists import list_block
from protocol.markdown_tokens import spend

if TYPE_CHECKING:
    from markdown_it.ruler import RuleOptionsType

# A step is 3 to 6 µs: a mark that may begin or end something. A text may take STEPS of them, and
# one for so many CHARACTERS, so that none takes more than two milliseconds: sixty bold words, or
# a hundred and fifty links.
STEPS, CHARACTERS = 200, 40
BLOCK = 3
# So many are a step: lines of a quote, for each quote that they are in; lines, and the space that
# indents them, beyond what prose has.
QUOTED, LINES, SPACES = 2, 2, 12
LINE_LENGTH, WORD_LENGTH = 64, 4
DEPTH_MAX = 8  # Quotes in quotes; what is deeper is text.
# Pages have its name, in the language of whoever reads.
CODE_BEGIN = '<pre tabindex="0" role="group" aria-labelledby="code-label">'

Rule = Callable[[RendererHTML, Sequence[Token], int, OptionsDict, EnvType], str]


def render_markdown(text: str) -> str:
    """The text as HTML.

    Raises:
        TooMuchMarkup: it has many times the markup that people write.
    """
    env: EnvType = {"steps": STEPS + len(text) // CHARACTERS}
    lines = text.count("\n") + text.count("\r") - len(text) // LINE_LENGTH
    spaces = text.count(" ") + text.count("\t") - len(text) // WORD_LENGTH
    spend(env, max(0, lines) // LINES + max(0, spaces) // SPACES)
    return str(_markdown.render(text, env)).strip()


def _begin(state: StateBlock, line: int) -> int:
    return state.bMarks[line] + state.tShift[line]


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if not state.src.startswith(("```", "~~~"), _begin(state, start)):
        return False
    spend(state.env, BLOCK)
    return fence(state, start, end, silent)


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    # ">_<" is a face.
    if not state.src.startswith(("> ", ">>"), _begin(state, start)) or state.level >= DEPTH_MAX:
        return False
    if not silent:
        line = start
        while line < end and state.src.startswith(">", _begin(state, line)):
            line += 1
        spend(state.env, BLOCK + (line - start) // QUOTED)
    return blockquote(state, start, end, silent)


def _end_of_quote(_: StateBlock, __: int, ___: int, silent: bool) -> bool:
    """A quote ends with its lines: what is written below them is the answer."""
    return silent


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    spend(state.env, BLOCK)
    return paragraph(state, start, end, silent)


def _block(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    code, language = token.content.removesuffix("\n"), token.info.strip().split(maxsplit=1)[:1]
    html = highlight(code, language[0], env) if language else None
    # It may have to be scrolled sideways, by the keyboard as well.
    return f"{CODE_BEGIN}<code>{html or escapeHtml(code)}</code></pre>\n"


def _address(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType
) -> str:
    token = tokens[index]
    return f"{_link(token.info)}{escapeHtml(token.content)}</a>"


def _words(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: EnvType,
) -> str:
    token = tokens[index]
    # With a direction of its own: words of another one cannot take it apart.
    host = f' <small dir="ltr">({escapeHtml(token.content)})</small>' if token.content else ""
    words = renderer.renderInline(token.children or [], options, env)
    return f"{_link(token.info, token.markup)}{words}{host}</a>"


def _link(address: str, title: str = "") -> str:
    if address.startswith("mailto:"):
        return f'<a href="{escapeHtml(address)}">'
    hint = f' title="{escapeHtml(title)}"' if title.strip() else ""
    rel = "noopener noreferrer nofollow"
    return f'<a href="{escapeHtml(address)}"{hint} rel="{rel}" target="_blank">'


def _tags(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType
) -> str:
    return tokens[index].content  # Made by the rule of lists alone.


def _tag(
    _: RendererHTML, tokens: Sequence[Token], index: int, __: OptionsDict, ___: EnvType
) -> str:
    token = tokens[index]
    return f"</{token.tag}>" if token.nesting < 0 else f"<{token.tag}>"


def _made() -> MarkdownIt:
    markdown = MarkdownIt("zero")
    markdown.enable(["fence", "blockquote", "list", "strikethrough", "emphasis"])
    block = markdown.block.ruler
    interrupting: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    block.at("fence", _fence, interrupting)
    block.at("blockquote", _quote, interrupting)
    block.after("blockquote", "end_of_quote", _end_of_quote, {"alt": ["blockquote"]})
    block.at("list", list_block, {"alt": ["paragraph"]})
    block.at("paragraph", _paragraph)
    markdown.inline.ruler.at("text", inline)
    markdown.inline.ruler.enableOnly(["text"])
    # Styled as it was typed: a line's end needs no element.
    rules: dict[str, Rule] = {"fence": _block, "address": _address, "words": _words, "tags": _tags}
    rules["hardbreak"] = lambda *_: "\n"
    for kind in ("strong", "em", "s"):
        rules |= {f"{kind}_open": _tag, f"{kind}_close": _tag}
    for name, rule in rules.items():
        markdown.add_render_rule(name, rule)
    return markdown


_markdown = _made()
