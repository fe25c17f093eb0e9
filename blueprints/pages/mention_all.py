"""The question before a message notifies everybody in a room, without JavaScript."""

from blueprints.context import services
from blueprints.pages.forms import typed
from blueprints.pages.message_forms import MessageForm
from blueprints.pages.rendering import render
from limits import MESSAGE_MAX
from models import Membership
from models.mentioned_names import names_in
from models.message_commands import ALL_MEMBERS_MAX
from models.names import ALL
from services.policy import Right, may


async def question(member: Membership, form: MessageForm) -> str | None:
    """A page that asks whether the message is to be sent; None: there is nothing to ask, or it is
    answered. What does not want to be sent is to be shown again, with `wants_back`.
    """
    text = form.text()
    # What is too long is refused, and asked about afterwards.
    if typed(form.sure) or len(text) > MESSAGE_MAX or ALL not in names_in(text):
        return None
    # A question is no message yet, and not counted: it reads no more than a number.
    count = await services().rooms.others(member)
    # To one person all is written.
    if count < 1 or member.room.is_direct:
        return None
    is_refused = count >= ALL_MEMBERS_MAX and not may(Right.MENTION_ALL, member)
    about = {"count": count, "limit": ALL_MEMBERS_MAX, "is_refused": is_refused}
    return await render("mention_all.html", user=member.user, form=form, **about)


def wants_back(form: MessageForm) -> bool:
    """Whether the question was answered by "Back"."""
    return typed(form.sure) == "no"
