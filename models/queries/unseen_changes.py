"""What others have done to messages that somebody had read, since they were last in the room."""

from datetime import datetime

from msgspec import Struct

from models.database import moment
from models.membership import Membership
from models.queries.display_names import names_of
from models.room_change import REMOVAL, as_removal
from models.sql.fast_path import Row, look_up

# The latest that are looked at: the page of a room is not to wait for more.
TEXTS_MAX = 100
REACTIONS_MAX = 500
REMOVALS_MAX = 20


class UnseenChange(Struct, frozen=True, kw_only=True):
    """Something that was done to a message, by whom (`username`, and `display_name`, "" for none).

    Attributes:
        body: of the message as it is now.
    """

    message_id: int
    body: str
    username: str
    display_name: str

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username


class UnseenEdit(UnseenChange, frozen=True, kw_only=True):
    """An author has edited a message. `earlier` is the text that had been seen; None where it is
    not kept.
    """

    edited_at: datetime
    earlier: str | None


class UnseenDeletion(UnseenChange, frozen=True, kw_only=True):
    """A message was deleted: by its author, or (`is_by_moderator`) by an owner of
    the room or an administrator.
    """

    deleted_at: datetime
    is_by_moderator: bool


class UnseenReaction(UnseenChange, frozen=True, kw_only=True):
    """Somebody has put an emoji under a message of the one who asks."""

    emoji: str


class UnseenRemoval(Struct, frozen=True):
    """Many messages of one person were removed at once."""

    username: str
    display_name: str
    count: int
    removed_at: datetime

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username


class UnseenChanges(Struct, frozen=True):
    """By message_id. `has_more`: of a very busy room only the latest were looked at."""

    edits: list[UnseenEdit]
    deletions: list[UnseenDeletion]
    reactions: list[UnseenReaction]
    has_more: bool
    removals: list[UnseenRemoval] = []

    def __bool__(self) -> bool:
        return bool(self.edits or self.deletions or self.reactions or self.removals)

    @property
    def deleted_count(self) -> int:
        """How many messages, by themselves or together."""
        return len(self.deletions) + sum(each.count for each in self.removals)


async def unseen_changes(member: Membership) -> UnseenChanges:
    """What has been done since this member's `seen_change`: nothing of what they have done
    themselves, or whom they have blocked. Without a `seen_change`, as before the first visit,
    nothing had been seen, and so nothing is unseen.
    """
    seen, room_id, user_id = member.seen_change, member.room_id, member.user_id
    if not 0 < seen < member.room.change:
        return UnseenChanges([], [], [], has_more=False)
    values = (room_id, seen, user_id)
    texts = await look_up(_TEXTS, *values, TEXTS_MAX, member.bound)
    deleted = [row for row in texts if row[4]]
    edited = [row for row in texts if not row[4]]
    reactions = await look_up(_REACTIONS, *values, REACTIONS_MAX, member.bound)
    removals = await look_up(_REMOVALS, *values, REMOVALS_MAX)
    looked_at = ((texts, TEXTS_MAX), (reactions, REACTIONS_MAX))
    return UnseenChanges(
        # What was changed, and changed back, is as it was.
        [_edit(row) for row in edited if row[6] != row[1]],
        await _deletions(deleted),
        [_reaction(row) for row in reactions],
        has_more=any(rows[0][-1] >= most for rows, most in looked_at if rows),
        removals=[_removal(row) for row in removals if _is_seen(member, row)],
    )


def _edit(row: Row) -> UnseenEdit:
    return UnseenEdit(
        message_id=row[0],
        body=row[1],
        username=row[2],
        display_name=row[3],
        edited_at=moment(row[5]),
        earlier=row[6],
    )


async def _deletions(rows: list[Row]) -> list[UnseenDeletion]:
    names = await names_of({row[7] for row in rows})
    return [
        UnseenDeletion(
            message_id=row[0],
            body="",
            username=names[row[7]][0],
            display_name=names[row[7]][1],
            deleted_at=moment(row[4]),
            is_by_moderator=row[7] != row[8],
        )
        for row in rows
        if row[7] in names
    ]


def _removal(row: Row) -> UnseenRemoval:
    removal = as_removal(row[2])
    return UnseenRemoval(row[0], row[1], removal.count if removal else 0, moment(row[3]))


def _is_seen(member: Membership, row: Row) -> bool:
    removal = as_removal(row[2])
    return removal is not None and member.sees(removal.last)


def _reaction(row: Row) -> UnseenReaction:
    return UnseenReaction(
        message_id=row[0], body=row[1], username=row[2], display_name=row[3], emoji=row[4]
    )


_NOT_BLOCKED = "NOT EXISTS (SELECT 1 FROM block WHERE block.user_id = $3 AND blocked_id = {who})"
# Found by an index of their own, however much else has been changed. A message that was posted by
# then was seen as it was then: with the latest text from before.
_TEXTS = f"""
WITH latest AS (
    SELECT number FROM room_change
    WHERE room_id = $1 AND change > $2 AND kind IN ('edited', 'deleted')
    ORDER BY change DESC LIMIT $4)
SELECT message.number, message.body, username, display_name, message.deleted_at,
       message.edited_at,
       (SELECT version.body FROM message_version AS version
        WHERE version.room_id = $1 AND version.number = message.number AND version.change <= $2
        ORDER BY version.change DESC LIMIT 1) AS earlier,
       message.changed_by, message.author_id, (SELECT COUNT(*) FROM latest) AS looked_at
FROM (SELECT DISTINCT number FROM latest) AS touched
JOIN message ON message.room_id = $1 AND message.number = touched.number
JOIN user_account ON user_account.id = message.author_id
WHERE message.made_change <= $2 AND message.kind <> '{REMOVAL}' AND message.number >= $5
  AND CASE WHEN message.deleted_at IS NULL THEN message.author_id
           ELSE message.changed_by END <> $3
  AND {_NOT_BLOCKED.format(who="message.author_id")}
ORDER BY message.number
"""
_REMOVALS = f"""
SELECT username, display_name, details, room_change.created_at
FROM room_change JOIN user_account ON user_account.id = room_change.user_id
WHERE room_id = $1 AND change > $2 AND kind = '{REMOVAL}' AND actor_id <> $3
  AND {_NOT_BLOCKED.format(who="room_change.user_id")}
ORDER BY change DESC LIMIT $4
"""
# Those that are there now and were not: what was taken first, and put again, is as it was. When
# the message was posted is of no matter: whoever writes it has read it.
_REACTIONS = f"""
WITH latest AS (
    SELECT number, change, kind, actor_id, emoji FROM room_change
    WHERE room_id = $1 AND change > $2 ORDER BY change DESC LIMIT $4),
reacted AS (
    SELECT number, change, kind, actor_id, emoji,
           FIRST_VALUE(kind) OVER (PARTITION BY number, actor_id, emoji ORDER BY change) AS began
    FROM latest WHERE emoji IS NOT NULL)
SELECT message.number, message.body, username, display_name, reaction.emoji,
       (SELECT COUNT(*) FROM latest) AS looked_at
FROM reacted
JOIN message ON message.room_id = $1 AND message.number = reacted.number
JOIN reaction ON reaction.room_id = $1 AND reaction.number = reacted.number
             AND reaction.emoji = reacted.emoji AND reaction.user_id = reacted.actor_id
             AND reaction.change = reacted.change
JOIN user_account ON user_account.id = reaction.user_id
WHERE reacted.kind = 'reacted' AND reacted.began = 'reacted'
  AND message.author_id = $3 AND reaction.user_id <> $3 AND message.number >= $5
  AND {_NOT_BLOCKED.format(who="reaction.user_id")}
ORDER BY message.number, reaction.change
"""
