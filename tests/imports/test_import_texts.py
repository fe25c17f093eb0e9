"""Markup of other chats becomes ours, and whatever is in a text does no harm."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.importing.campfire_text import campfire_text
from commands.importing.mattermost_text import mattermost_text
from commands.importing.slack_text import slack_text
from commands.importing.splitting import split
from limits import MESSAGE_MAX


class Known:
    """Bob, who is called robert here."""

    def username(self, person: str) -> str | None:
        return "robert" if person in ("U2", "2") else None

    def username_of(self, name: str) -> str | None:
        return "robert" if name == "bob" else None


NAMES = Known()


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("*bold* _it_ ~gone~", "**bold** _it_ ~~gone~~"),
        ("2*3*4 and * not *", "2*3*4 and * not *"),
        ("<@U2>, <@U9|ann> and <@U8>", "@robert, @ann and @U8"),
        ("<#C1|general> <!here> <!subteam^S1|@team>", "#general here @team"),
        ("<https://a.example/x_y_z?b=1&amp;c=*d*>", "https://a.example/x_y_z?b=1&c=*d*"),
        ("<https://a.example|words>", "[words](https://a.example)"),
        ("<javascript:alert(1)|words>", "words (javascript:alert(1))"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("`*a* <https://b.example>` ```\n*c*\n```", "`*a* https://b.example` ```\n*c*\n```"),
        ("&gt; quoted\n:wave: :no-such-emoji:", "> quoted\n👋 :no-such-emoji:"),
        ("a\x00b\x01", "ab"),
    ],
)
def test_slack(there: str, here: str) -> None:
    assert slack_text(there, NAMES) == here


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("@bob. @BOB @ann a@bob.example", "@robert. @robert @ann a@bob.example"),
        ("@all, @channel @here", "all, channel here"),
        ("`@bob` :tada:", "`@bob` 🎉"),
    ],
)
def test_mattermost(there: str, here: str) -> None:
    assert mattermost_text(there, NAMES) == here


@pytest.mark.parametrize(
    ("there", "here"),
    [
        ("<div>one<br>two</div><div>three</div>", "one\ntwo\nthree"),
        ("<em>a</em> <del>b</del> <code>c</code>", "_a_ ~~b~~ `c`"),
        ("<pre>x &lt; y\n  z</pre>after", "```\nx < y\n  z\n```\nafter"),
        ("<blockquote>said<br>twice</blockquote>no", "> said\n> twice\n\nno"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ('<a href="javascript:x">words</a>', "words"),
        ("<script>alert(1)</script>text", "text"),
        ("</strong></pre></a>", "**"),
    ],
)
def test_campfire(there: str, here: str) -> None:
    assert campfire_text(there, NAMES) == here


MARKS = st.text(alphabet='*_~`<>|@#!&;:ab \n\\[]()="/\x00\u2028', max_size=200)


@settings(max_examples=100, deadline=None)
@given(MARKS)
def test_no_text_fails(text: str) -> None:
    for convert in (slack_text, mattermost_text, campfire_text):
        assert len(convert(text, NAMES)) <= 20 * len(text) + 20


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="abcxyz 0123456789.,", max_size=300))
def test_text_without_marks_stays(text: str) -> None:
    assert slack_text(text, NAMES) == mattermost_text(text, NAMES) == text


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="ab \n", min_size=1, max_size=40), st.integers(1, 400))
def test_parts_have_every_word_and_fit(part: str, times: int) -> None:
    text = part * times
    parts = split(text)
    assert all(0 < len(each) <= MESSAGE_MAX and each.strip() for each in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
