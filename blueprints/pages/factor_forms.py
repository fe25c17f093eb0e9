"""The forms of second factors; what is typed into them the services look at."""

from typing import ClassVar

from wtforms import HiddenField, PasswordField, StringField

from blueprints.pages.forms import PageForm


class CodeForm(PageForm):
    """A code of an app or a recovery code, or what a passkey has signed."""

    blames: ClassVar = {"bad_code": "code"}
    ticket = HiddenField()
    credential = HiddenField()
    code = StringField()


class ConfirmForm(PageForm):
    """One of three ways to show that it is oneself."""

    blames: ClassVar = {"wrong_password": "password", "bad_code": "code"}
    password = PasswordField()
    code = StringField()
    credential = HiddenField()


class TotpOffForm(PageForm):
    """To turn codes off takes the password and a code."""

    blames: ClassVar = {"wrong_password": "password", "bad_code": "code"}
    password = PasswordField(id="off-password")
    code = StringField(id="off-code")


class PasskeyForm(PageForm):
    """A passkey's name, and for a new one what the browser has made."""

    blames: ClassVar = {"bad_label": "label"}
    label = StringField(id="passkey-label")
    credential = HiddenField()
