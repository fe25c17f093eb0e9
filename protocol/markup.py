"""What people write, as HTML: `code`, ``` blocks, **bold**, _italics_, ~~struck~~, > quotes, lists,
addresses and [words](https://…). Nothing else is markup: a "#" or a tag stays what was typed.

The HTML is made of the elements that docs/protocol.md lists. A link's text is its address, or ends
with the host that it leads to: none leads elsewhere than it says.
"""

import re
from collections import OrderedDict
from sys import getsizeof

from markdown_it.common.utils import escapeHtml

from protocol.markdown import render_markdown
from protocol.markdown_tokens import TooMuchMarkup

# Of a quote or a list: how it begins.
_BLOCK = r"[ \t]*+(?:>[ >]|-[ \t]|[0-9]{1,3}[.)][ \t])"
_FIRST_LINE, _LATER_LINE = re.compile(_BLOCK), re.compile(r"\n" + _BLOCK)
_FIRST = ">-0123456789 \t"
_MAIL = re.compile(r"[a-zA-Z0-9_.+-]@[^\W_]")
# Some 200 messages of the longest kind, or tens of thousands of the usual ones.
CACHE_BYTES = 8 << 20
ENTRY_BYTES = 150  # Besides the two texts.


class HtmlCache:
    """What has been rendered lately, by its text. A message is told twice when it is sent, and
    again to everybody who reads the history.
    """

    def __init__(self, limit: int) -> None:
        """`limit`: bytes."""
        self.size = 0
        self._limit = limit
        self._html: OrderedDict[str, str | None] = OrderedDict()

    def html(self, text: str) -> str | None:
        """See to_html."""
        if text in self._html:
            self._html.move_to_end(text)
            return self._html[text]
        html = self._html[text] = _rendered(text)
        self.size += _size(text, html)
        while self.size > self._limit:
            self.size -= _size(*self._html.popitem(last=False))
        return html


def to_html(text: str) -> str | None:
    """The message as HTML; None when it is plain text, which is shown as it is, or has so much
    markup that nobody can have meant it.
    """
    return cache.html(text) if _has_markup(text) else None


def _has_markup(text: str) -> bool:
    # Most messages are not, and this is all that they cost: 0.2 µs. A regular expression takes 2;
    # to look for two characters takes ten times as long as for one, which are mostly not there.
    return (
        "*" in text
        or "_" in text
        or "`" in text
        or ("~" in text and "~~" in text)
        or "\\" in text
        or (":" in text and "://" in text)
        or ("w" in text and "." in text and "ww." in text)
        or ("@" in text and _MAIL.search(text) is not None)
        or (text[:1] in _FIRST and _FIRST_LINE.match(text) is not None)
        or ("\n" in text and _LATER_LINE.search(text) is not None)
    )


def _rendered(text: str) -> str | None:
    try:
        html = render_markdown(text)
    except TooMuchMarkup:
        return None
    return None if html == f"<p>{escapeHtml(text.strip())}</p>" else html


def _size(text: str, html: str | None) -> int:
    return ENTRY_BYTES + getsizeof(text) + getsizeof(html)


cache = HtmlCache(CACHE_BYTES)
