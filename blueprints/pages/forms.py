"""The forms of the pages. The rules are the models'; a form catches what is plainly wrong."""

import re
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from quart import g, request
from wtforms import (
    Field,
    Form,
    HiddenField,
    PasswordField,
    StringField,
    TextAreaField,
    ValidationError,
)

from blueprints.api.bodies import Credentials
from models import Refusal, Room, User
from translations import DEFAULT, gettext

_CLIENT_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_SEPARATORS = re.compile(r"[\s,;]+")


def _(msgid: str, **params: object) -> str:
    return gettext(g.get("locale", DEFAULT), msgid, **params)


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


def _required(_form: Form, field: Field) -> None:
    if not field.data:
        raise ValidationError(_("Please fill in this field"))


def _between(least: int, most: int) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if field.data and not least <= len(field.data) <= most:
            raise ValidationError(
                _("From %(least)s to %(most)s characters, please", least=least, most=most)
            )

    return check


def typed(field: Field) -> str:
    """What was typed into a field, "" for nothing."""
    return field.data or ""


class PageForm(Form):
    """A form that can show a refusal beside the field it is about."""

    #: Refusal codes and the names of the fields to show them beside.
    blames: ClassVar[dict[str, str]] = {}

    def show(self, refusal: Refusal) -> None:
        """Put the refusal's text beside its field, or above the form when it is about none."""
        text = refusal.text(g.get("locale", DEFAULT))
        name = self.blames.get(refusal.code)
        field = self[name] if name else None
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


F = TypeVar("F", bound=PageForm)


class AccountForm(PageForm):
    """A name and a password."""

    username: StringField
    password: PasswordField

    @property
    def credentials(self) -> Credentials:
        """What was typed."""
        return Credentials(typed(self.username), typed(self.password))


class LoginForm(AccountForm):
    """Name and password of somebody who has an account."""

    username = StringField(filters=[_stripped], validators=[_required])
    password = PasswordField(validators=[_required])


class RegistrationForm(AccountForm):
    """Name and password of somebody new."""

    blames: ClassVar = {
        "username_taken": "username",
        "bad_username": "username",
        "bad_password": "password",
        "weak_password": "password",
    }
    username = StringField(
        filters=[_stripped], validators=[_required, _between(User.USERNAME_MIN, User.USERNAME_MAX)]
    )
    password = PasswordField(validators=[_required, _between(User.PASSWORD_MIN, User.PASSWORD_MAX)])


class NameForm(PageForm):
    """What others see."""

    blames: ClassVar = {"bad_display_name": "display_name", "username_taken": "display_name"}
    display_name = StringField(filters=[_stripped])


class PasswordForm(PageForm):
    """Another password, by somebody who knows the one of now."""

    blames: ClassVar = {
        "wrong_password": "password",
        "bad_password": "new_password",
        "weak_password": "new_password",
    }
    password = PasswordField(validators=[_required])
    new_password = PasswordField(
        validators=[_required, _between(User.PASSWORD_MIN, User.PASSWORD_MAX)]
    )


class RoomForm(PageForm):
    """A new room and the names of the people to begin it with."""

    blames: ClassVar = {
        "bad_room_name": "name",
        "unknown_user": "members",
        "too_many_members": "members",
        "too_many_rooms": "name",
    }
    name = StringField(filters=[_stripped], validators=[_required, _between(1, Room.NAME_MAX)])
    members = StringField(filters=[_stripped])

    def usernames(self) -> list[str]:
        """The names typed, each once, without the @ that people put before them."""
        names = _SEPARATORS.split(typed(self.members))
        return list(dict.fromkeys(name.lstrip("@") for name in names if name.strip("@")))


class MemberForm(PageForm):
    """One more person for a room."""

    blames: ClassVar = {
        "unknown_user": "username",
        "already_a_member": "username",
        "too_many_members": "username",
    }
    username = StringField(filters=[_stripped], validators=[_required])


class MessageForm(PageForm):
    """A message sent without JavaScript; `client_id` makes a double submit store it once, and
    `draft` is the version of the draft that the page has shown.
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


async def filled(kind: type[F]) -> F:
    """The form with what the request brings.

    Raises:
        Refusal: bad_content_type, too_large, for what no page sends.
    """
    fields: Any = await request.form
    return kind(fields)
