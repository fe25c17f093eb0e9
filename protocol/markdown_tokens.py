"""What the rules of our Markdown make, and what they may spend on it."""

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType


class TooMuchMarkup(Exception):  # noqa: N818 - reads as what it says
    """A text has more markup than it may cost."""


def spend(env: EnvType, steps: int) -> None:
    """Count. Raises TooMuchMarkup when none are left."""
    env["steps"] -= steps
    if env["steps"] < 0:
        raise TooMuchMarkup


class FastToken(Token):
    """A token that is made in half the time: making them is most of what a mark costs."""

    type, tag, nesting, level = "text", "", 0, 0
    content = markup = info = ""
    block = hidden = False
    children: list[Token] | None = None
    map = None

    def __init__(self, content: str, kind: str = "text", address: str = "") -> None:
        """`address`: where a link leads, whose text is `content`."""
        self.content = content
        self.type = kind
        self.info = address


def push(state: StateInline, token: Token) -> int:
    """Add a token after the text before it. Returns its place."""
    if text := state.pending:
        state.pending = ""
        push(state, FastToken(text))
    state.tokens.append(token)
    state.tokens_meta.append(None)
    return len(state.tokens) - 1
