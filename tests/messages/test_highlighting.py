"""Code in colours: only where a block names its language, and the code stays what it is."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.highlighting import CLASSES, highlight
from protocol.lexers import LANGUAGES
from protocol.markdown import CODE_BEGIN
from protocol.markup import to_html

PIECES = ["\n", " ", "\t", '"', "'", "`", "<", ">", "&", "{", "}", "(", ")", "/*", "*/", "//", "#"]
PIECES += ["\\", "$", "a", "1", "=", ":", "def ", "class ", "</script>", "\r", "я", "\u2028", "😀"]


@pytest.mark.parametrize(
    ("language", "code", "spans"),
    [
        ("py", 'def f():  # c\n    return "s"', "k:def nf:f c:# c k:return s:&quot;s&quot;"),
        ("Python", "x = 1", "m:1"),
        ("js", "let a = `b`; // c", "k:let s:`b` c:// c"),
        ("ts", "let a: number", "k:let k:number"),
        ("json", '{"a": null}', "k:&quot;a&quot; m:null"),
        ("yaml", "a: 'b'", "k:a s:&#x27;b&#x27;"),
        ("sh", "if true; then # c", "k:if k:then c:# c"),
        ("html", "<a b='c'>", "k:&lt;a nf:b= s:&#x27;c&#x27; k:&gt;"),
        ("css", ".a { b: 1 } /* c */", "nf:a k:b m:1 c:/* c */"),
        ("sql", "select 1 -- c", "k:select m:1 c:-- c"),
        ("c", "int a = 1; /* c", "k:int m:1 c:/* c"),
        ("c++", 'auto a = "s";', "k:auto s:&quot;s&quot;"),
        ("java", "@A class B { } // c", "nf:@A k:class nf:B c:// c"),
        ("go", 'func a() { return "s" }', "k:func k:return s:&quot;s&quot;"),
        ("rust", "fn a() { 1 }", "k:fn nf:a m:1"),
        ("diff", "+a\n-b\n c", "gi:+a gd:-b"),
        ("toml", "a = 1 # c", "m:1 c:# c"),
    ],
)
def test_words_have_the_colours_of_their_kind(language: str, code: str, spans: str) -> None:
    html = highlight(code, language, {}) or ""
    found = [
        f"{name}:{text.strip()}"
        for name, text in re.findall(r'<span class="(\w+)">(.*?)</span>', html, re.DOTALL)
    ]
    assert " ".join(found) == spans.replace("&#x27;", "'")


@pytest.mark.parametrize("info", ["", "text", "brainfuck", "../c", "c<b>"])
def test_no_language_is_guessed(info: str) -> None:
    html = to_html(f"```{info}\nint main() {{ return 0; }}\n```") or ""
    assert html == f"{CODE_BEGIN}<code>int main() {{ return 0; }}</code></pre>"


def test_language_is_the_first_word() -> None:
    html = to_html('```py title="a.py"\nx = 1\n```') or ""
    assert html == f'{CODE_BEGIN}<code>x = <span class="m">1</span></code></pre>'


@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_code_stays_what_it_is(code: str, language: str) -> None:
    html = highlight(code, language, {}) or ""
    names = "|".join(set(CLASSES.values()))
    assert "<" not in (text := re.sub(rf'<span class="(?:{names})">([^<>]+)</span>', r"\1", html))
    assert unescape(text) == code
