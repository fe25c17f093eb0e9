"""What was written without the signs of its markup, for where there is one line of it. The scripts
do the same: static/js/room/plain_text.js.
"""

import re

_SIGN = re.compile(r"[*_`~\\\[]|^[ \t]*[>-]", re.MULTILINE)
# No run of backticks is looked at from its middle: 200 of them took 2 ms.
_CODE = re.compile(
    r"^[ \t]*```[^\n`]*\n(.*?)(?:```|\Z)|(?<!`)`++([^`\n]+)`++", re.DOTALL | re.MULTILINE
)
_MARKS = (
    re.compile(
        r"\[([^\[\]\n]+)\]\(https?://[^\s()]*(?:[ \t]{1,8}([\"'])[^\"\n]{0,200}?\2)?[ \t]{0,8}\)"
    ),
    re.compile(r"^[ \t]*(?:>[ >]?|-[ \t])+()", re.MULTILINE),
    re.compile(r"\*\*(?=\S)([^*\n]+)\*\*"),
    re.compile(r"(?<![^\W_])(?<![*\\])\*(?=[^\s*])([^*\n]+)(?<![\s\\])\*(?![^\W_]|\*)"),
    re.compile(r"~~(?=\S)([^~\n]+)~~"),
    re.compile(r"(?<![\w\\])_(?=\S)([^_\n]+)(?<!\\)_(?!\w)"),
    re.compile(r"\\([!-/:-@\[-`{-~])"),
)
_HELD = "\0"  # In the place of code; no message has it.


def plain_text(text: str) -> str:
    """The text without the signs of its markup; code as it is. Not of itself: of code that has
    signs it would take those as well.
    """
    return _plain(text) if _SIGN.search(text) else text


def _plain(text: str) -> str:
    codes = [code[1] or code[2] or "" for code in _CODE.finditer(text)]
    plain = _CODE.sub(_HELD, text)
    for mark in _MARKS:
        plain = mark.sub(r"\1", plain)
    for code in codes:
        plain = plain.replace(_HELD, f" {code} " if "\n" in code else code, 1)
    # Of signs alone they are what was said.
    return plain if plain.strip() else text
