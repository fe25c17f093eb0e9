"""Whom people have blocked."""

from dataclasses import dataclass, replace

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from errors import Refusal
from models.database import atomically, fetch
from models.invitation import Invitation
from models.locks import lock_users
from models.queries.people import PersonRow
from models.queries.private_members import private_members_within
from models.room import Room, key_of
from models.sql.fast_path import look_up
from models.sql.values import marks, padded
from models.user import User


@dataclass(frozen=True, slots=True)
class BlockUpdate:
    """Where a block, or its end, makes a difference: the direct conversation of the two, if there
    is one, with those of them of whom the other one learns something else from now on; and the
    rooms into which the blocked one had invited.
    """

    room_id: int | None = None
    privacy_changed: frozenset[int] = frozenset()
    uninvited: tuple[int, ...] = ()


class Block(Model):
    """`user` wants to hear nothing of `blocked`. The direct conversation of the two has a mark of
    its own (`Membership.is_blocked`), changed in the same transaction: a message asks that one.
    """

    MAX = 1_000  # Of one person.

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="blocks"
    )
    blocked: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="blocked_by"
    )
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "block"
        table_description = "Who wants to hear nothing of whom"
        unique_together = (("user", "blocked"),)

    @classmethod
    async def add(cls, user_id: int, blocked_id: int) -> BlockUpdate:
        """Block somebody, once or again; their unanswered invitations go.

        Raises:
            Refusal: not_found, too_many_blocks.
        """

        async def work(connection: BaseDBAsyncClient) -> BlockUpdate:
            # Both: a conversation of the two that is being opened is marked, or refused.
            await lock_users({user_id, blocked_id}, connection)
            mine = cls.filter(user_id=user_id).using_db(connection)
            if not await mine.filter(blocked_id=blocked_id).exists():
                if await mine.count() >= cls.MAX:
                    raise Refusal("too_many_blocks", limit=cls.MAX)
                if not await User.filter(id=blocked_id).using_db(connection).exists():
                    raise Refusal("not_found")
                await cls.create(user_id=user_id, blocked_id=blocked_id, using_db=connection)
            asked = await Invitation.withdraw(connection, user_id=user_id, by_id=blocked_id)
            blocked = await _set_blocked(
                user_id, blocked_id, is_blocked=True, connection=connection
            )
            return replace(blocked, uninvited=tuple(each for each, _ in asked))

        return await atomically(work)

    @classmethod
    async def remove(cls, user_id: int, blocked_id: int) -> BlockUpdate:
        """Block somebody no more."""

        async def work(connection: BaseDBAsyncClient) -> BlockUpdate:
            await lock_users({user_id, blocked_id}, connection)
            mine = cls.filter(user_id=user_id, blocked_id=blocked_id)
            await mine.using_db(connection).delete()
            return await _set_blocked(user_id, blocked_id, is_blocked=False, connection=connection)

        return await atomically(work)

    @classmethod
    async def ids_of(cls, user_id: int) -> list[int]:
        """The ids of those whom this user has blocked."""
        found = await look_up("SELECT blocked_id FROM block WHERE user_id = $1", user_id)
        return [row[0] for row in found]

    @classmethod
    async def people_of(cls, user_id: int) -> list[PersonRow]:
        """The same people by name."""
        return [PersonRow(*row) for row in await fetch(_PEOPLE, user_id)]

    @classmethod
    async def blockers(
        cls, user_ids: list[int], blocked_id: int, connection: BaseDBAsyncClient | None = None
    ) -> set[int]:
        """Those of these people who have blocked this one."""
        if not user_ids:
            return set()
        ids = padded(user_ids)
        sql = (
            "SELECT user_id FROM block WHERE blocked_id = $1"
            f" AND user_id IN ({marks(len(ids) + 1).removeprefix('$1, ')})"
        )
        rows = await fetch(sql, blocked_id, *ids, connection=connection)
        return {user_id for (user_id,) in rows}


async def _set_blocked(
    user_id: int, blocked_id: int, *, is_blocked: bool, connection: BaseDBAsyncClient
) -> BlockUpdate:
    room = await Room.filter(direct_key=key_of(user_id, blocked_id)).using_db(connection).first()
    if room is None:
        return BlockUpdate()
    # Messages are stored under this lock: what is said from now on is refused.
    await Room.lock([room.id], connection)
    before = await private_members_within(connection, room.id)
    await fetch(_SET_BLOCKED, room.id, user_id, is_blocked, connection=connection)
    return BlockUpdate(room.id, before ^ await private_members_within(connection, room.id))


_SET_BLOCKED = """
UPDATE membership SET is_blocked = $3 WHERE room_id = $1 AND user_id = $2 RETURNING id
"""

_PEOPLE = """
SELECT user_account.id, username, display_name
FROM block JOIN user_account ON user_account.id = block.blocked_id
WHERE block.user_id = $1 ORDER BY username_key
"""
