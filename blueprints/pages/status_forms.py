"""What the forms of the profile have in common: choices, and the form of a status."""

from typing import ClassVar, cast

import msgspec
from quart import request
from wtforms import StringField

from blueprints.context import require_actor, services
from blueprints.pages.forms import PageForm, typed
from models import Profile, Refusal, User
from models.choices import Clears, StatusChoice, has_status

# How long a status lasts, and what that is called; the first one unless something is chosen.
SPANS = {
    "never": "Until you clear it",
    "30m": "30 minutes",
    "1h": "1 hour",
    "today": "Until the end of the day",
}
# Offered besides, where the status of now has an end.
KEEP = {"keep": "As it is now"}


class StatusForm(PageForm):
    """What somebody says of themselves, for a while."""

    blames: ClassVar = {"bad_status": "text", "bad_emoji": "emoji"}
    emoji = StringField()
    text = StringField()
    clears = StringField()

    def choice(self) -> StatusChoice:
        """What is to be kept."""
        span = typed(self.clears)
        clears = cast("Clears", span if span in {**SPANS, **KEEP} else "never")
        return StatusChoice(typed(self.emoji).strip(), typed(self.text), clears)


def shown_status(user: User) -> StatusForm:
    """The form with the status of now."""
    if not has_status(user):
        return StatusForm()
    clears = "keep" if user.status_until else "never"
    return StatusForm(emoji=user.status_emoji, text=user.status_text, clears=clears)


def spans_of(user: User) -> dict[str, str]:
    """How long a status may last, as it is offered to them."""
    return {**KEEP, **SPANS} if has_status(user) and user.status_until else SPANS


async def change_by(names: tuple[str, ...]) -> None:
    """Change the profile by these fields of the form, or by those of them that it has.

    Raises:
        Refusal: bad_field, and what services.profiles refuses.
    """
    chosen = await request.form
    try:
        choices = msgspec.convert({key: chosen[key] for key in names if key in chosen}, Profile)
    except msgspec.ValidationError as error:
        raise Refusal("bad_field", problem=str(error)) from None
    await services().profiles.change(await require_actor(), choices)
