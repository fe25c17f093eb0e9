"""Who is in which room, and how far they have read. The only door to a room."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from errors import Refusal
from models.choices import AUTO
from models.database import fetch, moment
from models.queries.read_marks import FurthestReaders, ReadMarkUpdate, read_up_to
from models.room import Listing, Room
from models.sql.fast_path import Row, look_up
from models.sql.objects import column_count, columns, from_row
from models.sql.values import marks, padded
from models.user import User

ID_MAX = 2**63 - 1


class MemberRow(Struct, frozen=True):
    """A member of a room, with their names. `last_seen` is None for who has not been here yet."""

    id: int
    username: str
    display_name: str
    role: str
    last_read: int
    last_seen: datetime | None
    presence_choice: str = AUTO
    status_emoji: str = ""
    status_text: str = ""
    status_until: datetime | None = None
    picture: str = ""

    @property
    def shown_name(self) -> str:
        """What others see."""
        return self.display_name or self.username


class Membership(Model):
    """A user in a room. A room is only ever loaded through one of these, so that there is no
    path on which somebody sees a room that they are not in.

    `last_read` is the number up to which this user has read; it never goes back, for the author of
    a message has been told. `unread_from` is the number from which on they want to see the room as
    unread nevertheless, until they read it again.
    """

    LEVELS = ALL, MENTIONS, NOTHING = "all", "mentions", "nothing"
    OWNER = "owner"
    MEMBER = "member"
    # How this user stands to a direct conversation.
    ACCEPTED = ""
    PENDING = "pending"
    DECLINED = "declined"

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="memberships"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="memberships", db_index=True
    )
    role = fields.CharField(max_length=8, default=MEMBER)
    last_read = fields.BigIntField(default=0)
    # How far they have read, and what they have seen, for others, while they hide; None: as it is.
    shown_read: int | None = fields.BigIntField(null=True)
    shown_change: int | None = fields.BigIntField(null=True)
    unread_from: int | None = fields.BigIntField(null=True)
    is_muted = fields.BooleanField(default=False, db_default=False)
    # What this user wants to be told of: see `level`. A muted room is `nothing`, whatever it says.
    chosen_level = fields.CharField(max_length=8, default="all", db_default="all")
    # The latest change that this user has seen, for what was changed since; 0: none.
    seen_change = fields.BigIntField(default=0, db_default=0)
    # The room's revision at which it was hidden from the list: it is until there is a later one.
    hidden_at: int | None = fields.BigIntField(null=True)
    # Who has let this user in; null for who came by themselves, or before this was noted.
    brought_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="brought", null=True, on_delete=fields.SET_NULL
    )
    # Of a direct conversation that a stranger has begun, and whether its other one is blocked.
    request = fields.CharField(max_length=8, default=ACCEPTED, db_default=ACCEPTED)
    is_blocked = fields.BooleanField(default=False, db_default=False)
    # The first message that this user sees, set when they came in; 0: all. See `sees`.
    from_number = fields.BigIntField(default=0, db_default=0)
    joined_at = fields.DatetimeField(auto_now_add=True)

    room_id: int
    user_id: int
    brought_by_id: int | None

    class Meta:
        table = "membership"
        table_description = "Who is in which room"
        unique_together = (("room", "user"),)

    @classmethod
    async def of(cls, user_id: int, room_id: int) -> "Membership":
        """This user's membership, with `.room` and `.user` loaded.

        Raises:
            Refusal: not_a_member, for rooms that do not exist as well: which rooms there are
                is nobody's business but their members'.
        """
        if not 0 < room_id <= ID_MAX:
            raise Refusal("not_a_member")
        rows = await look_up(
            f"SELECT {columns(cls)}, {columns(Room)}, {columns(User)} FROM membership"
            " JOIN room ON room.id = membership.room_id"
            " JOIN user_account ON user_account.id = membership.user_id"
            " WHERE membership.room_id = $1 AND membership.user_id = $2",
            room_id,
            user_id,
        )
        if not rows:
            raise Refusal("not_a_member")
        member = from_row(cls, rows[0])
        member.room = from_row(Room, rows[0], column_count(cls))
        member.user = from_row(User, rows[0], column_count(cls) + column_count(Room))
        return member

    @property
    def is_owner(self) -> bool:
        return self.role == self.OWNER

    @property
    def level(self) -> str:
        """What this user wants to be told of: all, mentions or nothing."""
        return self.NOTHING if self.is_muted else str(self.chosen_level)

    @property
    def read_to(self) -> int:
        """The number up to which the room is to look read to this user."""
        last_read: int = self.last_read
        return last_read if self.unread_from is None else min(last_read, self.unread_from - 1)

    @property
    def bound(self) -> int:
        """The first message that they see; 0: all. Not what has expired, nor what was there before
        them, in a room that keeps that from newcomers.
        """
        from_number, floor = int(self.from_number), int(self.room.floor)
        return max(from_number, floor + 1) if floor else from_number

    def sees(self, message_id: int) -> bool:
        """Whether they see this message: see `bound`."""
        return message_id >= self.bound

    @property
    def is_hidden(self) -> bool:
        return self.hidden_at is not None and self.room.revision <= self.hidden_at

    @classmethod
    async def store_room(
        cls,
        name: str,
        owner_id: int,
        member_ids: set[int],
        listing: Listing,
        connection: BaseDBAsyncClient,
    ) -> Room:
        """Store a new room with its members; its maker owns it."""
        made = {"name": name, "maker_id": owner_id, **listing._asdict()}
        room = await Room.create(**made, using_db=connection)
        owner = cls(room_id=room.id, user_id=owner_id, role=cls.OWNER)
        others = [
            cls(room_id=room.id, user_id=user_id, brought_by_id=owner_id)
            for user_id in sorted(member_ids - {owner_id})
        ]
        await cls.bulk_create([owner, *others], using_db=connection)
        return room

    @property
    def shown_to_others(self) -> int:
        """How far this user has read, for others."""
        last_read: int = self.last_read
        return last_read if self.shown_read is None else self.shown_read

    async def mark_read(self, upto: int | None = None) -> ReadMarkUpdate:
        """Move the cursor forward, to the room's head or to `upto`; never back."""
        return await read_up_to(self.id, ID_MAX - 1 if upto is None else upto)

    async def hide(self, is_hidden: bool) -> None:
        """Hide the room from this user's list, until something is said in it; or show it again."""
        at = self.room.revision if is_hidden else None
        await Membership.filter(id=self.id).update(hidden_at=at)

    async def mark_unread(self, message_id: int) -> None:
        """Let the room look unread from this message on, until it is read again.

        Raises:
            Refusal: not_found.
        """
        if not 0 < message_id <= self.room.revision or not self.sees(message_id):
            is_expired = 0 < message_id <= self.room.floor
            raise Refusal("expired" if is_expired else "not_found")
        await Membership.filter(id=self.id).update(unread_from=message_id)

    async def first_unread(self) -> int | None:
        """The number of the first message of others that looks unread to this user."""
        after = max(self.read_to, self.room.floor)
        rows = await look_up(_FIRST_UNREAD, self.room_id, after, self.user_id)
        return rows[0][0] if rows else None

    @classmethod
    async def people(cls, room_id: int, user_ids: Collection[int] | None = None) -> list[MemberRow]:
        """The room's members by name, or only those of them who are among these users."""
        ids = [] if user_ids is None else padded(sorted(user_ids))
        some = f"AND user_account.id IN ({marks(len(ids) + 1).removeprefix('$1, ')})" if ids else ""
        rows = await look_up(_PEOPLE.format(some=some), room_id, *ids)
        return [_member_row(row) for row in rows]

    @classmethod
    async def alive(cls, ids: list[int]) -> set[int]:
        """Those of these memberships that have not ended."""
        padded_ids = padded(ids)
        sql = f"SELECT id FROM membership WHERE id IN ({marks(len(padded_ids))})"
        return {id_ for (id_,) in await fetch(sql, *padded_ids)}

    @classmethod
    async def furthest_readers(cls, room_id: int) -> FurthestReaders:
        """How far the room's members have read."""
        return await FurthestReaders.of(room_id)


def _member_row(row: Row) -> MemberRow:
    id_, username, display_name, role, read, last_seen, presence, emoji, text, until, picture = row
    seen, ends = moment(last_seen), moment(until)
    names = username, display_name
    return MemberRow(id_, *names, role, read, seen, presence, emoji, text, ends, picture)


_FIRST_UNREAD = """
SELECT number FROM message WHERE room_id = $1 AND number > $2 AND author_id <> $3
AND deleted_at IS NULL
AND NOT EXISTS (SELECT 1 FROM block WHERE user_id = $3 AND blocked_id = author_id)
ORDER BY number LIMIT 1
"""

_PEOPLE = """
SELECT user_account.id, username, display_name, role, COALESCE(shown_read, last_read), last_seen,
       presence_choice, status_emoji, status_text, status_until, picture
FROM membership JOIN user_account ON user_account.id = membership.user_id
WHERE room_id = $1 {some} ORDER BY username_key
"""
