"""What a mail says, and how it is put together: plain text, the same as HTML, and the headers."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup
from msgspec import Struct

LINE_MAX = 200  # Of a subject.


class Section(Struct, frozen=True):
    """What was missed in one room: who has written what."""

    title: str
    url: str
    lines: list[tuple[str, str]]


class Letter(Struct, frozen=True):
    """A mail before it is one. `button` is a link with its words, `leave` that by which somebody
    gets no more of these.
    """

    address: str
    locale: str
    subject: str
    paragraphs: list[str]
    button: tuple[str, str]
    sections: list[Section] = []
    footer: str = ""
    leave: tuple[str, str] | None = None


def message_of(letter: Letter, sender: str, message_id: str, date: datetime) -> EmailMessage:
    """As it goes to the mail server. No header has a line that somebody else has begun."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = letter.address
    message["Subject"] = one_line(letter.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.locale
    if letter.leave:
        # RFC 8058: the reader's mail program has a button that posts there.
        message["List-Unsubscribe"] = f"<{letter.leave[1]}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_plain(letter))
    message.add_alternative(_html(letter), subtype="html")
    return message


def one_line(text: str) -> str:
    """What people have chosen, as it can stand in a header."""
    text = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(text.split())[:LINE_MAX]


def _plain(letter: Letter) -> str:
    parts = [*letter.paragraphs]
    for section in letter.sections:
        lines = [f"{author}: {text}" for author, text in section.lines]
        parts.append("\n".join([f"# {section.title}", section.url, "", *lines]))
    parts.append("{}:\n{}".format(*letter.button))
    parts.append("-- ")
    parts += [letter.footer] if letter.footer else []
    parts += ["{}:\n{}".format(*letter.leave)] if letter.leave else []
    return "\n\n".join(parts).removesuffix("\n\n-- ") + "\n"


def _html(letter: Letter) -> str:
    """Few elements, which every program shows, and nothing that is loaded from elsewhere."""
    parts = [Markup("<p>{}</p>").format(each) for each in letter.paragraphs]
    for section in letter.sections:
        title = Markup('<h2 style="font-size:16px"><a href="{}">{}</a></h2>')
        parts.append(title.format(section.url, section.title))
        line = Markup('<p style="white-space:pre-line"><strong>{}</strong><br>{}</p>')
        parts += [line.format(author, text) for author, text in section.lines]
    label, url = letter.button
    parts.append(Markup('<p><a href="{}"><strong>{}</strong></a></p>').format(url, label))
    small = Markup('<p style="color:#666;font-size:13px">{}</p>')
    parts += [small.format(letter.footer)] if letter.footer else []
    if letter.leave:
        label, url = letter.leave
        parts.append(small.format(Markup('<a href="{}">{}</a>').format(url, label)))
    page = Markup(
        '<!doctype html>\n<html lang="{}"><meta charset="utf-8"><body>\n{}\n</body></html>'
    )
    return page.format(letter.locale, Markup("\n").join(parts))
