"""The forms by which messages are written and edited without JavaScript."""

import re
from typing import ClassVar

from wtforms import HiddenField, TextAreaField

from blueprints.pages.forms import PageForm, typed

_CLIENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class MessageForm(PageForm):
    """A message sent without JavaScript; `client_id` makes a double submit store it once, `draft`
    is the version of the draft that the page has shown, and `sure` the answer to the question
    whether all are to be notified.
    """

    blames: ClassVar = {
        "empty_message": "message",
        "message_too_long": "message",
        "bad_text": "message",
    }
    message = TextAreaField()
    client_id = HiddenField()
    reply_to = HiddenField()
    draft = HiddenField()
    sure = HiddenField()

    def replied(self) -> int | None:
        """The message_id that it replies to."""
        return _message_id(typed(self.reply_to))

    def drafted(self) -> int | None:
        """The version of the draft that the page has shown."""
        return _message_id(typed(self.draft))

    def text(self) -> str:
        """What was typed; browsers post line ends as CRLF, the wire has LF."""
        return typed(self.message).replace("\r\n", "\n")

    def key(self) -> str | None:
        """The client_id, or None when the page's own was tampered with."""
        return typed(self.client_id) if _CLIENT_ID.fullmatch(typed(self.client_id)) else None


class EditForm(PageForm):
    """Another text for one's own message; `base` is the change that it was edited from."""

    blames: ClassVar = {**MessageForm.blames, "edit_conflict": "message"}
    message = TextAreaField()
    base = HiddenField()

    def text(self) -> str:
        """What was typed, with the line ends of the wire."""
        return typed(self.message).replace("\r\n", "\n")

    def edited_from(self) -> int | None:
        """The change, or None when the page's own was tampered with."""
        return _message_id(typed(self.base))


def _message_id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
