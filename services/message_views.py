"""Messages as their room's members read them, by HTTP and on pages."""

from collections.abc import Sequence

from cooperative import in_slices
from models import Membership, StoredMessage
from models.queries.threads import reply_counts
from models.visible_history import visible
from protocol.views import MessageView
from realtime.views import message_view


async def message_views(
    member: Membership, messages: Sequence[StoredMessage], locale: str
) -> list[MessageView]:
    """Those of these messages of a member's room that they see, with whether others have read them,
    and how many replies they have. `locale` is of the sentences in the place of texts that are
    deleted, or not seen.
    """
    room_id = member.room_id
    messages = visible(messages, member.bound, member.room.floor)
    readers = await Membership.furthest_readers(room_id)
    counts = await reply_counts(room_id, [message.message_id for message in messages])
    views = []
    async for message in in_slices(messages):
        view = message_view(message, locale, readers.is_read_by_others(message))
        if count := counts.get(message.message_id):
            view.replies = count
        views.append(view)
    return views
