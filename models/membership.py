"""Who is in which room, and how far they have read. The only door to a room."""

from typing import Any

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.database import atomically, moment
from models.direct import columns, loaded, look_up, width
from models.errors import Refusal
from models.reading import Reach, Reading, read_up_to
from models.room import Room
from models.user import User

ID_MAX = 2**63 - 1


class Membership(Model):
    """A user in a room. A room is only ever loaded through one of these, so that there is no
    path on which somebody sees a room that they are not in.

    `last_read` is the number up to which this user has read; it never goes back, for the author of
    a message has been told. `unread_from` is the number from which on they want to see the room as
    unread nevertheless, until they read it again.
    """

    OWNER = "owner"
    MEMBER = "member"

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="memberships"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="memberships", db_index=True
    )
    role = fields.CharField(max_length=8, default=MEMBER)
    last_read = fields.BigIntField(default=0)
    unread_from: int | None = fields.BigIntField(null=True)
    is_muted = fields.BooleanField(default=False, db_default=False)
    joined_at = fields.DatetimeField(auto_now_add=True)

    room_id: int
    user_id: int

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
        member = loaded(cls, rows[0])
        member.room = loaded(Room, rows[0], width(cls))
        member.user = loaded(User, rows[0], width(cls) + width(Room))
        return member

    @property
    def is_owner(self) -> bool:
        return self.role == self.OWNER

    @property
    def read_to(self) -> int:
        """The number up to which the room is to look read to this user."""
        last_read: int = self.last_read
        return last_read if self.unread_from is None else min(last_read, self.unread_from - 1)

    @classmethod
    async def room_ids(cls, user_id: int) -> list[int]:
        rows = await cls.filter(user_id=user_id).values("room_id")
        return [row["room_id"] for row in rows]

    @classmethod
    async def found_room(cls, name: str, owner_id: int, member_ids: set[int]) -> Room:
        """Store a new room with its members; its maker owns it.

        Raises:
            Refusal: bad_room_name.
        """
        name = Room.checked_name(name)
        others = sorted(member_ids - {owner_id})

        async def work(connection: BaseDBAsyncClient) -> Room:
            room = await Room.create(name=name, using_db=connection)
            people = [(owner_id, cls.OWNER), *((user_id, cls.MEMBER) for user_id in others)]
            await cls.bulk_create(
                [cls(room_id=room.id, user_id=user_id, role=role) for user_id, role in people],
                using_db=connection,
            )
            return room

        return await atomically(work)

    async def admit(self, user: User, most: int) -> None:
        """Let another user into this member's room, which then has at most `most` members.

        Raises:
            Refusal: forbidden (a direct conversation is never widened), already_a_member,
                too_many_members, not_a_member.
        """
        if self.room.is_direct:
            raise Refusal("forbidden")

        async def work(connection: BaseDBAsyncClient) -> None:
            # Whoever is being removed at this moment brings nobody in, and not himself again.
            await Room.lock([self.room_id], connection)
            members = Membership.filter(room_id=self.room_id).using_db(connection)
            if not await members.filter(id=self.id).exists():
                raise Refusal("not_a_member")
            if await members.filter(user_id=user.id).exists():
                raise Refusal("already_a_member", username=user.username)
            if await members.count() >= most:
                raise Refusal("too_many_members", limit=most)
            await Membership.create(room_id=self.room_id, user_id=user.id, using_db=connection)

        await atomically(work)

    async def end(self) -> int | None:
        """Take this user out of the room. If it was the last owner, whoever has been there longest
        becomes one, and is returned; if it was the last member, the room goes too: nobody could
        ever enter it.
        """

        async def work(connection: BaseDBAsyncClient) -> int | None:
            await Room.lock([self.room_id], connection)
            await Membership.filter(id=self.id).using_db(connection).delete()
            left = Membership.filter(room_id=self.room_id).using_db(connection)
            if await left.filter(role=self.OWNER).exists():
                return None
            if heir := await left.order_by("joined_at", "id").first():
                await Membership.filter(id=heir.id).using_db(connection).update(role=self.OWNER)
                return heir.user_id
            await Room.filter(id=self.room_id).using_db(connection).delete()
            return None

        return await atomically(work)

    async def appoint(self, user_id: int, role: str) -> None:
        """Give a member of this owner's room a role.

        Raises:
            Refusal: not_owner, not_found, last_owner.
        """

        async def work(connection: BaseDBAsyncClient) -> None:
            await Room.lock([self.room_id], connection)
            members = Membership.filter(room_id=self.room_id).using_db(connection)
            owners = members.filter(role=self.OWNER)
            # Whoever is being made a mere member at this moment appoints nobody.
            if not await owners.filter(user_id=self.user_id).exists():
                raise Refusal("not_owner")
            if role != self.OWNER and not await owners.exclude(user_id=user_id).exists():
                raise Refusal("last_owner")
            if not await members.filter(user_id=user_id).update(role=role):
                raise Refusal("not_found")

        await atomically(work)

    async def mark_read(self, upto: int | None = None) -> Reading:
        """Move the cursor forward, to the room's head or to `upto`; never back."""
        return await read_up_to(self.id, ID_MAX - 1 if upto is None else upto)

    async def mark_unread(self, message_id: int) -> None:
        """Let the room look unread from this message on, until it is read again.

        Raises:
            Refusal: not_found.
        """
        if not 0 < message_id <= self.room.revision:
            raise Refusal("not_found")
        await Membership.filter(id=self.id).update(unread_from=message_id)

    async def first_unread(self) -> int | None:
        """The number of the first message of others that looks unread to this user."""
        rows = await look_up(_FIRST_UNREAD, self.room_id, self.read_to, self.user_id)
        return rows[0][0] if rows else None

    @classmethod
    async def people(cls, room_id: int) -> list[dict[str, Any]]:
        """The room's members by name: id, username, display_name, role, last_read, last_seen."""
        return [
            {
                "id": id_,
                "username": username,
                "display_name": display_name,
                "role": role,
                "last_read": last_read,
                "last_seen": moment(last_seen),
            }
            for id_, username, display_name, role, last_read, last_seen in await look_up(
                _PEOPLE, room_id
            )
        ]

    @classmethod
    async def pairs(cls, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
        """Those of these (room_id, user_id) that are memberships, and perhaps some more."""
        room_ids, user_ids = ({pair[0] for pair in pairs}, {pair[1] for pair in pairs})
        found = cls.filter(room_id__in=room_ids, user_id__in=user_ids)
        rows = await found.values("room_id", "user_id")
        return {(row["room_id"], row["user_id"]) for row in rows}

    @classmethod
    async def reach(cls, room_id: int) -> Reach:
        """How far the room's members have read."""
        return await Reach.of(room_id)


_FIRST_UNREAD = """
SELECT number FROM message WHERE room_id = $1 AND number > $2 AND author_id <> $3
ORDER BY number LIMIT 1
"""

_PEOPLE = """
SELECT user_account.id, username, display_name, role, last_read, last_seen
FROM membership JOIN user_account ON user_account.id = membership.user_id
WHERE room_id = $1 ORDER BY username_key
"""
