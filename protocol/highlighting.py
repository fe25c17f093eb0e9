"""Code in the colours of its language, where its block names one; none is ever guessed.

Pygments finds the words; what of a message it may look at has a bound, and so has what it may find.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby, islice

from markdown_it.common.utils import escapeHtml
from markdown_it.utils import EnvType
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

from protocol.lexers import LANGUAGES, lexer

# Of all the code of a message: what is longer, or looks like nothing that is written, has no
# colours, and what comes after so many words none either.
CHARACTERS_MAX, TOKENS_MAX = 2_000, 700
_STRANGE = re.compile(r"\s{80}")
# The names that style sheets for Pygments have, a few of the many.
CLASSES: dict[_TokenType, str] = {
    Keyword: "k",
    Keyword.Constant: "m",
    Operator.Word: "k",
    Comment: "c",
    String: "s",
    Number: "m",
    Name.Attribute: "nf",
    Name.Class: "nf",
    Name.Decorator: "nf",
    Name.Function: "nf",
    Name.Tag: "k",
    Generic.Deleted: "gd",
    Generic.Inserted: "gi",
}


def highlight(code: str, language: str, env: EnvType) -> str | None:
    """The code as HTML: spans with one of CLASSES. None if it is to be shown as it is.

    `env` counts what the blocks of one message have taken.
    """
    path = LANGUAGES.get(language.lower())
    characters = env.get("code_characters", CHARACTERS_MAX) - len(code)
    left = env.get("code_tokens", TOKENS_MAX)
    if path is None or characters < 0 or left == 0 or _STRANGE.search(code):
        return None
    # The lexers expect an end of the last line.
    found = list(islice(lexer(path).get_tokens_unprocessed(code + "\n"), left))
    env["code_characters"], env["code_tokens"] = characters, left - len(found)
    return "".join(_spans(code, found))


def _spans(code: str, found: list[tuple[int, _TokenType, str]]) -> Iterator[str]:
    end = 0
    for name, tokens in groupby(found, lambda token: _class(token[1])):
        start, end = end, end + sum(len(value) for _, _, value in tokens)
        text = escapeHtml(code[start:end])
        yield f'<span class="{name}">{text}</span>' if name and text else text
    yield escapeHtml(code[end:])


@cache
def _class(kind: _TokenType) -> str:
    """That of the nearest kind that has one."""
    return CLASSES.get(kind) or (_class(kind.parent) if kind.parent else "")
