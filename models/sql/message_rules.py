"""What a command makes of parts of a message, and what refuses it by the message alone."""

from datetime import datetime

from errors import Refusal
from models.attached_file import AttachedFile
from models.message_commands import REACTION_KINDS_MAX, EditMessage, React, RemoveFile
from models.stored_message import StoredMessage, Tally


def check_edit(command: EditMessage, message: StoredMessage, now: datetime) -> None:
    """Raises Refusal: empty_message, too_late."""
    if not command.body.strip() and not message.files:
        raise Refusal("empty_message")
    age = (now - message.created_at).total_seconds()
    if command.seconds is not None and age > command.seconds:
        raise Refusal("too_late")


def files_left(command: RemoveFile, message: StoredMessage) -> tuple[AttachedFile, ...]:
    """Without the one that its author removes. Raises Refusal: not_author."""
    if message.author_id != command.user_id:
        raise Refusal("not_author")
    return tuple(each for each in message.files if each.id != command.file_id)


def tallied(command: React, message: StoredMessage) -> tuple[Tally, tuple[Tally, ...]]:
    """The tally of the emoji with this one, or without it, and all that are left.

    Raises:
        Refusal: too_many_reactions.
    """
    tallies = {tally.emoji: tally for tally in message.tallies}
    if command.is_on and command.emoji not in tallies and len(tallies) >= REACTION_KINDS_MAX:
        raise Refusal("too_many_reactions", limit=REACTION_KINDS_MAX)
    before = tallies.get(command.emoji) or Tally(command.emoji, 0, [])
    tally = before.added(command.user_id) if command.is_on else before.taken(command.user_id)
    tallies[command.emoji] = tally
    return tally, tuple(each for each in tallies.values() if each.count)
