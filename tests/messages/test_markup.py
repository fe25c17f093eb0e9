"""What people write, as HTML: an allow-list of markup, and everything else escaped."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.markdown import CODE_BEGIN
from protocol.markup import to_html
from protocol.plain_text import plain_text

ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in ("p", "strong", "em", "s", "code", "blockquote")},
    "pre": {"tabindex", "role", "aria-labelledby"},
    "a": {"href", "rel", "target", "title"},
    "small": {"dir"},
    "ul": {"class"},
    "ol": {"class"},
    "li": {"value"},
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
PIECES += ["- ", "* ", "1. ", "2) ", "  ", "[", "](", "](https://x.org/)", "www.", "www.x.org", "@"]
PIECES += ["b@x.org", ".", "x.org", "\t", "'", ' "a")']


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
        ("```\nif x:\n  y\n```", f"{CODE_BEGIN}<code>if x:\n  y</code></pre>"),
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
        "-a\n-b",
        "- ",
        "* * *",
        "- - -",
        "+ 1",
        "2026. a",
        "12. 05. 2026",
        "One.\n2. Two",
        "@bob",
        "a @ b.org",
        "www.x",
        "[a](b) [1]",
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
    ("text", "elements"),
    [
        ("> > first\n> second\nthird", ["blockquote", "blockquote", "p", "p", "p"]),
        ("> ```\n> code\nanswer", ["blockquote", "pre", "code", "p"]),
        # No fence, for all that it looks like one.
        ("```a`\n> said\nanswer", ["p", "blockquote", "p", "p"]),
        ("~~~\n> code\nstays", ["pre", "code"]),
        (">_<\n**b**", ["p", "strong"]),
    ],
)
def test_quotes_and_code_end_where_they_should(text: str, elements: list[str]) -> None:
    assert re.findall(r"<(\w+)", to_html(text) or "") == elements


def test_quotes_beyond_the_eighth_are_text() -> None:
    html = to_html("> " * 12 + "a") or ""
    assert html.count("<blockquote>") == 8
    assert "&gt; &gt; &gt; &gt; a" in html


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://example.org/a_b_c, ok", "https://example.org/a_b_c"),
        ("(https://example.org/x_(y))", "https://example.org/x_(y)"),
        ("HTTP://EXAMPLE.ORG/?a=1&b=2!", "HTTP://EXAMPLE.ORG/?a=1&b=2"),
        ("https://example.org/\u202egro.live", "https://example.org/"),
        ("**https://example.org**", "https://example.org"),
        ("[click](https://user@example.org/)", "https://user@example.org/"),
        ("[https://example.org/](https://example.org/)", "https://example.org/"),
        ("[click](https://example/)", "https://example/"),
    ],
)
def test_addresses_are_links_to_what_they_say(text: str, address: str) -> None:
    assert Elements(to_html(text) or "").links == [(address, address)]


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        ("[the *docs*](https://x.org/a_(b))", "https://x.org/a_(b)", "the docs (x.org)"),
        ("[x.org](HTTPS://X.org/)", "HTTPS://X.org/", "x.org"),
        ("[x.org/a](https://x.org/a/)", "https://x.org/a/", "x.org/a"),
        ("[x.org](https://x.org:8/a)", "https://x.org:8/a", "x.org (x.org:8)"),
        ("[https://bank.com](https://x.org)", "https://x.org", "https://bank.com (x.org)"),
        ("[bank.com](https://x.org/bank.com)", "https://x.org/bank.com", "bank.com (x.org)"),
        ("**[a](https://x.org)**", "https://x.org", "a (x.org)"),
        ("see www.x.org.", "https://www.x.org", "www.x.org"),
        ("(Www.x.org/a?b)", "https://Www.x.org/a?b", "Www.x.org/a?b"),
        ("write to a.b+c@x.org!", "mailto:a.b+c@x.org", "a.b+c@x.org"),
        ("first_last@x.org: hi", "mailto:first_last@x.org", "first_last@x.org"),
    ],
)
def test_links_show_where_they_lead(text: str, address: str, shown: str) -> None:
    assert Elements(to_html(text) or "").links == [(address, shown)]


@pytest.mark.parametrize(
    ("title", "attribute"),
    [
        (' "The <b>&" ', ' title="The &lt;b&gt;&amp;"'),
        ("  'It is \\'", ' title="It is \\"'),
        (" \"x' onclick='y\"", " title=\"x' onclick='y\""),
        (' ""', ""),
        (" ", ""),
    ],
)
def test_a_link_has_the_title_that_it_was_given(title: str, attribute: str) -> None:
    html = to_html(f"[a](https://x.org/{title})") or ""
    assert html.startswith(f'<p><a href="https://x.org/"{attribute} rel=')
    assert plain_text(f"[a](https://x.org/{title}) b") == "a b"


@pytest.mark.parametrize("title", ['"a"', ' "a', ' "a" b', ' "a\nb"', ' "\u202ea"', " a"])
def test_what_is_no_title_makes_no_link(title: str) -> None:
    assert "[a](" in (to_html(f"[a](https://x.org/{title})") or "[a](")


def test_host_has_a_direction_of_its_own() -> None:
    """Words in Hebrew cannot take it apart."""
    html = to_html("[שלום](https://x.org/)") or ""
    assert html.endswith('שלום <small dir="ltr">(x.org)</small></a></p>')


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "[a](javascript:alert(1))",
        "[a](//x.org)",
        "[a](data:x)",
        "data://x",
        "`https://x.org`",
        "`[a](https://x.org)`",
        "xhttp://a",
        "xwww.x.org",
        "git@x.org:a/b",
        "яa@x.org",
        "a@b",
        "*a*@b",
    ],
)
def test_others_are_not(text: str) -> None:
    assert Elements(to_html(text) or "").links == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("- a\n- *b*", '<ul class="dash"><li>a</li><li><em>b</em></li></ul>'),
        ("* a\nb", "<ul><li>a</li></ul><p>b</p>"),
        ("a:\n1. b\n2. c", "<p>a:</p><ol><li>b</li><li>c</li></ol>"),
        ("1) a\n\n2) b", '<ol class="paren"><li>a</li><li>b</li></ol>'),
        ("- a\n1. b", '<ul class="dash"><li>a</li></ul><ol><li>b</li></ol>'),
        ("* a\n  goes on\n* b", "<ul><li>a\ngoes on</li><li>b</li></ul>"),
        ("> * a\n> * b\nc", "<blockquote><ul><li>a</li><li>b</li></ul></blockquote><p>c</p>"),
        ("1. a\n ~~~\n b\n ~~~\n2. c", '<ol><li>a</li></ol>CODE<ol><li value="2">c</li></ol>'),
        (r"\- a", "<p>- a</p>"),
        ("* # a", "<ul><li># a</li></ul>"),
    ],
)
def test_lists(text: str, html: str) -> None:
    found = re.sub(r"\n(?=<)|(?<=>)\n", "", to_html(text) or "")
    assert re.sub("<pre.*/pre>", "CODE", found) == html


@pytest.mark.parametrize(
    ("numbers", "shown"),
    [
        ("1 2 3", [None, None, None]),
        ("1 1 1", [None, None, None]),
        ("5 6 8", ["5", None, "8"]),
        ("3 2 1", ["3", "2", "1"]),
        ("1 2 2 3", [None, None, None, "3"]),
        ("0 1", ["0", None]),
    ],
)
def test_numbers_are_those_that_were_written(numbers: str, shown: list[str | None]) -> None:
    """An item without a value shows the number after the one before it."""
    html = to_html("".join(f"{number}. a\n" for number in numbers.split())) or ""
    assert [value or None for value in re.findall(r'<li(?: value="(\d+)")?>', html)] == shown


@pytest.mark.parametrize(
    ("indents", "depths"),
    [
        ("0 2 0", [1, 2, 1]),
        ("0 4 2", [1, 2, 2]),
        ("0 1", [1, 1]),
        ("0 2 4 6 0", [1, 2, 3, 3, 1]),
        ("3 0 2", [1, 1, 2]),
    ],
)
def test_lists_in_lists(indents: str, depths: list[int]) -> None:
    html = to_html("".join(" " * int(indent) + "* a\n" for indent in indents.split())) or ""
    parts = html.split("<li>")[:-1]
    opened = ["".join(parts[: n + 1]) for n in range(len(parts))]
    assert [text.count("<ul>") - text.count("</ul>") for text in opened] == depths


def test_long_texts_are_formatted_as_well() -> None:
    code = "```\n" + "x = a*b_c > d\n" * 200 + "```"
    assert (to_html(f"**See**\n{code}") or "").startswith("<p><strong>See</strong></p>\n<pre")


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=40).map("".join))
def test_nothing_but_the_allow_list(text: str) -> None:
    for address, shown in Elements(to_html(text) or "").links:
        if address == f"mailto:{shown}":
            continue
        assert re.match(r"https?://.", address, re.IGNORECASE)
        host = re.sub(r"^https?://|[/?#].*$", "", address, flags=re.IGNORECASE)
        assert shown in {address, address.removeprefix("https://")} or shown.endswith(f" ({host})")
