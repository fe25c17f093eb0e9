"""What people write, as HTML: an allow-list of markup, and everything else escaped."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.markup import to_html

ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in ("p", "strong", "em", "s", "code", "blockquote")},
    "pre": {"tabindex"},
    "a": {"href", "rel", "target"},
}
PIECES = [
    "*",
    "**",
    "_",
    "~~",
    "`",
    "```\n",
    "> ",
    ">",
    "\n",
    "\\",
    "<b>",
    "&amp;",
    '"',
    " ",
    "a",
    "я",
]
PIECES += ["http://", "https://x.org/", "javascript:", "[a](http://b)", "<script>", ")", "(", "://"]


class Elements(HTMLParser):
    """Collects what there is; complains about what is not on the list or not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert set(dict(attrs)) <= ALLOWED[tag]
        if tag == "a":
            self.links.append((dict(attrs)["href"] or "", ""))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "a" in self.open:
            address, shown = self.links[-1]
            self.links[-1] = address, shown + data


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**b** _i_ ~~s~~", "<p><strong>b</strong> <em>i</em> <s>s</s></p>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("```py\nif x:\n  y\n```", '<pre tabindex="0"><code>if x:\n  y</code></pre>'),
        ("one\n**two**", "<p>one\n<strong>two</strong></p>"),
        ("<i>&</i> **b**", "<p>&lt;i&gt;&amp;&lt;/i&gt; <strong>b</strong></p>"),
        (r"\*not\*", "<p>*not*</p>"),
    ],
)
def test_markup(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "да",
        "snake_case",
        "2*3*4",
        ">_<",
        "# 1",
        "- a\n- b",
        "1. a",
        "a\n\nb",
        "<b>",
        "http://",
        "x://y",
    ],
)
def test_plain_text_stays_plain(text: str) -> None:
    assert to_html(text) is None


def test_quote_ends_with_its_line() -> None:
    html = to_html("> said\n> more\nanswer") or ""
    assert html.replace("\n</", "</").replace(">\n<", "><") == (
        "<blockquote><p>said\nmore</p></blockquote><p>answer</p>"
    )


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a_b_c, ok", "https://example.org/a_b_c"),
        ("(https://example.org/x_(y))", "https://example.org/x_(y)"),
        ("HTTP://EXAMPLE.ORG/?a=1&b=2!", "HTTP://EXAMPLE.ORG/?a=1&b=2"),
        ("https://example.org/\u202egro.live", "https://example.org/"),
        ("**https://example.org**", "https://example.org"),
        ("[click](https://example.org/)", "https://example.org/"),
    ],
)
def test_addresses_are_links_to_what_they_say(text: str, address: str) -> None:
    assert Elements(to_html(text) or "").links == [(address, address)]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data://x", "`https://x.org`", "xhttp://a"]
)
def test_others_are_not(text: str) -> None:
    assert Elements(to_html(text) or "").links == []


# Texts that take the square of their length where a look goes back to the beginning.
@pytest.mark.parametrize("text", ["://" * 1333, "*_" * 2000, "> " * 2000, "`" * 4000, "~~a" * 1333])
def test_hostile_texts_cost_little(text: str) -> None:
    began = time.process_time()
    to_html(text)
    # Measured: 20 ms with them rendered. Whoever sends ten of them a second must not be felt.
    assert time.process_time() - began < 0.5


def test_long_texts_are_formatted_as_well() -> None:
    code = "```\n" + "x = a*b_c > d\n" * 200 + "```"
    assert (to_html(f"**See**\n{code}") or "").startswith("<p><strong>See</strong></p>\n<pre")


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_nothing_but_the_allow_list(text: str) -> None:
    for address, shown in Elements(to_html(text) or "").links:
        assert address.lower().startswith(("http://", "https://"))
        assert shown == address
