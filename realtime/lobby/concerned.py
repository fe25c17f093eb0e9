"""Whom something that is done to messages concerns, beside their room."""

from models import StoredMessage
from models.message_change import MessageChange
from models.message_commands import DELETED, REACTIONS
from models.stored_message import EVERYBODY


def recounted_by(content: StoredMessage | MessageChange) -> set[int | None]:
    """To whom another number of mentions is unseen (None: to everybody), by what is done to a
    message that was there: of those in new messages each page counts.
    """
    if isinstance(content, StoredMessage):
        return set()
    changed = {*content.mentions, *content.unmentioned}
    return {None} if EVERYBODY in changed else set(changed)


def concerned_by(content: StoredMessage | MessageChange) -> set[int]:
    """Whose page of activity looks different: who is mentioned by name, or no longer is, whose
    message is answered, reacted to or deleted by another one.
    """
    if isinstance(content, StoredMessage):
        quoted = {content.quote.author_id} if content.quote else set()
        return {*content.mentions, *quoted} - {EVERYBODY, content.author_id}
    author = {content.message.author_id} if content.kind in {DELETED, *REACTIONS} else set()
    return {*content.mentions, *content.unmentioned, *author} - {EVERYBODY, content.user_id}
