"""A row of the list of rooms: what is selected, and what is made of it."""

from datetime import datetime

from msgspec import Struct

from models.attached_file import AttachedFile, files_of
from models.database import moment
from models.room import LATEST
from models.sql.fast_path import Row

UNREAD_MAX = 100  # Counting stops here; a page says "99+".
LAST_BODY_MAX = 400  # Characters of the latest message: its beginning is shown, without markup.


class PartnerRow(Struct, frozen=True):
    """The other one of a direct conversation; where `is_presence_hidden` it is not to be told
    whether and when they were there.
    """

    id: int
    username: str
    display_name: str
    last_seen: datetime | None
    presence_choice: str
    picture: str
    is_presence_hidden: bool

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username


class LastMessageRow(Struct, frozen=True):
    """The latest message of a room that is not deleted; of `body` the first 400 characters, and
    `files` where it says nothing else.
    """

    message_id: int
    change: int
    author_id: int
    username: str
    display_name: str
    body: str
    files: tuple[AttachedFile, ...] = ()


class RoomRow(Struct, frozen=True):
    """A room in the list of one of its members, with their membership. `unread_count` counts the
    messages of others, up to 100, `mention_count` those in which this user is mentioned, and the
    mentions that an edit has added since they were last there; `active_at` is what the list is
    sorted by, `change` how far the room has got. `from_number` is the first message that they see
    (0: all).
    """

    id: int
    name: str
    kind: str
    revision: int
    change: int
    last_message_at: datetime | None
    active_at: datetime
    role: str
    last_read: int
    unread_from: int | None
    is_muted: bool
    unread_count: int
    mention_count: int
    level: str
    is_request: bool
    is_hidden: bool
    is_blocked: bool
    has_draft: bool
    partner: PartnerRow | None
    last: LastMessageRow | None = None
    from_number: int = 0
    is_archived: bool = False
    picture: str = ""

    @property
    def is_latest_deleted(self) -> bool:
        """Whether `last` is not what was posted last."""
        return self.revision > (self.last.message_id if self.last else 0)


def room_row(row: Row) -> RoomRow:
    """Of a row of ROOMS."""
    id_, name, kind, revision, change, last_message_at, active_at, unread_count = row[:8]
    mention_count, role, last_read, unread_from, is_muted, level, request, hidden_at = row[8:16]
    is_blocked, is_reserved, has_draft, from_number, archived_at = row[16:21]
    partner = None if row[21] is None else _partner(row[21:27], bool(is_blocked or is_reserved))
    return RoomRow(
        id=id_,
        name=partner.shown_name if partner else name,
        kind=kind,
        revision=revision,
        change=change,
        last_message_at=moment(last_message_at),
        active_at=moment(active_at),
        role=role,
        last_read=last_read,
        unread_from=unread_from,
        is_muted=bool(is_muted),  # SQLite knows no booleans.
        unread_count=unread_count,
        mention_count=mention_count,
        level="nothing" if is_muted else level,
        is_request=bool(request),
        is_hidden=hidden_at is not None and revision <= hidden_at,
        is_blocked=bool(is_blocked),
        has_draft=bool(has_draft),
        partner=partner,
        last=None if row[27] is None else _last(row[27:34]),
        from_number=from_number,
        is_archived=archived_at is not None,
        picture=row[34],
    )


def _last(row: Row) -> LastMessageRow:
    values: Row = (*row[:6], files_of(row[6]))
    return LastMessageRow(*values)


def _partner(row: Row, is_presence_hidden: bool) -> PartnerRow:
    id_, username, display_name, last_seen, presence, picture = row
    seen = moment(last_seen)
    return PartnerRow(id_, username, display_name, seen, presence, picture, is_presence_hidden)


ACTIVE_AT = "COALESCE(room.last_message_at, room.created_at)"
_READ_TO = """
CASE WHEN membership.unread_from <= membership.last_read
     THEN membership.unread_from - 1 ELSE membership.last_read END
"""
# What has expired is not unread.
READ_TO = f"CASE WHEN {_READ_TO} > room.floor THEN {_READ_TO} ELSE room.floor END"
# The CASE keeps the members of all other rooms from being looked through.
PARTNER_JOIN = """
LEFT JOIN membership AS other
       ON other.room_id = CASE WHEN room.kind = 'direct' THEN room.id END
      AND other.user_id <> membership.user_id
LEFT JOIN user_account AS partner ON partner.id = other.user_id
"""
_MENTIONS = """
SELECT mention.number FROM mention
WHERE mention.room_id = room.id AND mention.user_id IN (membership.user_id, 0)
  AND EXISTS (SELECT 1 FROM message
              WHERE message.room_id = mention.room_id AND message.number = mention.number
                AND message.author_id <> membership.user_id {without_blocked} LIMIT 1 OFFSET 0)
"""
# Two looks into two indexes: those that have been seen may be many, and so may be messages. What
# keeps the databases to it: no DISTINCT (a message that mentions somebody and everybody counts once
# by the UNION), and OFFSET, without which PostgreSQL begins with all messages.
MENTION_COUNT = f"""
(SELECT COUNT(*) FROM (
    SELECT number FROM (
        {_MENTIONS} AND mention.number > {READ_TO} LIMIT {2 * UNREAD_MAX}) AS posted
    UNION SELECT number FROM (
        {_MENTIONS} AND mention.is_edit AND mention.change > membership.seen_change
          AND mention.number >= membership.from_number AND mention.number > room.floor
        LIMIT {2 * UNREAD_MAX}) AS edited
    LIMIT {UNREAD_MAX}) AS mentioned)
"""
# Which rooms comes first: what is unread is counted in these alone.
ROOMS = f"""
WITH page AS (
    SELECT membership.id AS membership_id, {ACTIVE_AT} AS active_at, room.id AS room_id
    FROM membership JOIN room ON room.id = membership.room_id {{partner}}
    WHERE membership.user_id = $1 AND {{where}}
    ORDER BY active_at DESC, room_id DESC LIMIT {{limit}})
SELECT room.id, room.name, room.kind, room.revision, room.change, room.last_message_at,
       page.active_at,
       (SELECT COUNT(*) FROM (
            SELECT 1 FROM message
            WHERE message.room_id = room.id AND message.author_id <> membership.user_id
              AND message.number > {READ_TO} AND message.deleted_at IS NULL {{without_blocked}}
            LIMIT {UNREAD_MAX}) AS unread) AS unread_count,
       {MENTION_COUNT} AS mention_count,
       membership.role, membership.last_read, membership.unread_from, membership.is_muted,
       membership.chosen_level, membership.request, membership.hidden_at, membership.is_blocked,
       (other.request <> '' OR other.is_blocked) AS is_reserved,
       EXISTS (SELECT 1 FROM draft WHERE draft.membership_id = membership.id
               AND draft.text <> '') AS has_draft,
       membership.from_number, room.archived_at,
       partner.id AS partner_id, partner.username, partner.display_name, partner.last_seen,
       partner.presence_choice, partner.picture,
       last.number, last.change, last.author_id, author.username, author.display_name,
       SUBSTR(last.body, 1, {LAST_BODY_MAX}), CASE WHEN last.body = '' THEN last.files END,
       room.picture
FROM page JOIN membership ON membership.id = page.membership_id
JOIN room ON room.id = page.room_id {PARTNER_JOIN}
LEFT JOIN message AS last
       ON last.room_id = room.id AND last.number = {LATEST} AND last.deleted_at IS NULL
      AND last.number >= membership.from_number
LEFT JOIN user_account AS author ON author.id = last.author_id
ORDER BY page.active_at DESC, page.room_id DESC
"""
