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
    ValidationError,
)
from wtforms.validators import StopValidation

from blueprints.api.bodies import Credentials
from models import Refusal, Room, User
from models.usernames import checked_username
from services.site import NAME_MAX as SITE_NAME_MAX
from translations import DEFAULT, gettext

_SEPARATORS = re.compile(r"[\s,;]+")


def _(msgid: str, **params: object) -> str:
    return gettext(g.get("locale", DEFAULT), msgid, **params)


def _stripped(value: str | None) -> str | None:
    return value.strip() if value else value


def _required(_form: Form, field: Field) -> None:
    if not field.data:
        raise ValidationError(_("Please fill in this field"))


def _unless_passkey(form: Form, _field: Field) -> None:
    if form["credential"].data:
        raise StopValidation


def _between(least: int, most: int) -> Callable[[Form, Field], None]:
    def check(_form: Form, field: Field) -> None:
        if field.data and not least <= len(field.data) <= most:
            raise ValidationError(
                _("From %(least)s to %(most)s characters, please", least=least, most=most)
            )

    return check


def _username(_form: Form, field: Field) -> None:
    # Here too, that whoever has chosen a bad password as well hears of both at once.
    try:
        if field.data:
            checked_username(field.data)
    except Refusal as refusal:
        raise ValidationError(refusal.text(g.get("locale", DEFAULT))) from None


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
    """Name and password of somebody new, or what a browser has made in the place of a password."""

    blames: ClassVar = {
        "username_taken": "username",
        "bad_username": "username",
        "bad_password": "password",
        "weak_password": "password",
    }
    username = StringField(filters=[_stripped], validators=[_required, _username])
    password = PasswordField(
        validators=[_unless_passkey, _required, _between(User.PASSWORD_MIN, User.PASSWORD_MAX)]
    )
    credential = HiddenField()


class UsernameForm(PageForm):
    """The name of somebody new who needs no password."""

    blames: ClassVar = {"username_taken": "username", "bad_username": "username"}
    username = StringField(filters=[_stripped], validators=[_required, _username])


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


class EmailForm(PageForm):
    """A mail address."""

    blames: ClassVar = {"bad_email": "address"}
    address = StringField(filters=[_stripped], validators=[_required])


class ResetForm(PageForm):
    """Another password, by a link that is good for it."""

    blames: ClassVar = {"bad_password": "password", "weak_password": "password"}
    password = PasswordField(validators=[_required, _between(User.PASSWORD_MIN, User.PASSWORD_MAX)])


class RoomForm(PageForm):
    """A new room and the names of the people to begin it with."""

    blames: ClassVar = {
        "bad_room_name": "name",
        "unknown_user": "members",
        "too_many_members": "members",
        "too_many_rooms": "name",
        "bad_topic": "topic",
    }
    name = StringField(filters=[_stripped], validators=[_required, _between(1, Room.NAME_MAX)])
    topic = StringField(filters=[_stripped])
    members = StringField(filters=[_stripped])
    visibility = StringField()
    newcomers_see = StringField()

    def asked_history(self) -> str:
        """What whoever comes in later is to see."""
        is_bounded = self.newcomers_see.data == Room.FROM_JOINING
        return Room.FROM_JOINING if is_bounded else Room.ALL

    def asked_visibility(self) -> str:
        """Whether the room is to be public."""
        return Room.PUBLIC if self.visibility.data == Room.PUBLIC else Room.PRIVATE

    def usernames(self) -> list[str]:
        """The names typed, each once, without the @ that people put before them."""
        names = _SEPARATORS.split(typed(self.members))
        return list(dict.fromkeys(name.lstrip("@") for name in names if name.strip("@")))


class WelcomeForm(PageForm):
    """What is set up first; all of it may be left empty."""

    blames: ClassVar = {"bad_site_name": "site_name", "bad_room_name": "room_name"}
    site_name = StringField(filters=[_stripped], validators=[_between(1, SITE_NAME_MAX)])
    room_name = StringField(filters=[_stripped], validators=[_between(1, Room.NAME_MAX)])


class MemberForm(PageForm):
    """One more person for a room."""

    blames: ClassVar = {
        "unknown_user": "username",
        "already_a_member": "username",
        "too_many_members": "username",
    }
    username = StringField(filters=[_stripped], validators=[_required])


async def filled(kind: type[F]) -> F:
    """The form with what the request brings.

    Raises:
        Refusal: bad_content_type, too_large, for what no page sends.
    """
    fields: Any = await request.form
    return kind(fields)
