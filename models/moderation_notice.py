"""What somebody is told who was concerned by an act of moderation, until they have read it."""

from datetime import datetime

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model

from models.audit_entry import REASON_MAX
from models.membership import ID_MAX, Membership
from models.room import Room
from models.user import User

MESSAGES_REMOVED = "messages_removed"
MEMBER_REMOVED = "member_removed"
OWNER_APPOINTED = "owner_appointed"
OWNER_REPLACED = "owner_replaced"  # Another one is the owner now; they are a member.
ROOM_DELETED = "room_deleted"  # To its owners, by an administrator.
ROOM_GONE = "room_gone"  # To whoever else was in it.
HELD_WAITS = "held_waits"
FACTORS_CLEARED = "factors_cleared"
LOGINS_ENDED = "logins_ended"
PASSWORD_RESET = "password_reset"  # noqa: S105 - a kind
NOTICES_MAX = 50  # On one page.
AT_ONCE = 500  # In one statement.


class ModerationNotice(Model):
    """One act, as the one concerned is told of it. It goes when they have read it.

    `room_name` is as the room was called then; "" where it was no single room.
    """

    id = fields.BigIntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="moderation_notices", on_delete=fields.CASCADE, db_index=True
    )
    kind = fields.CharField(max_length=20)
    room_name = fields.CharField(max_length=Room.NAME_MAX, default="", db_default="")
    # How many messages it is about.
    amount = fields.IntField(default=0, db_default=0)
    notice_reason = fields.CharField(max_length=REASON_MAX, default="", db_default="")
    noted_at: datetime = fields.DatetimeField(auto_now_add=True)

    user_id: int

    class Meta:
        table = "moderation_notice"
        table_description = "What somebody is told of what was done by moderators"

    @classmethod
    async def tell(
        cls,
        user_id: int,
        kind: str,
        connection: BaseDBAsyncClient | None = None,
        *,
        room_name: str = "",
        amount: int = 0,
        reason: str = "",
    ) -> None:
        """Store it, in the transaction of the act where it has one."""
        await cls.create(
            user_id=user_id,
            kind=kind,
            room_name=room_name,
            amount=amount,
            notice_reason=reason,
            using_db=connection,
        )

    @classmethod
    async def tell_owners(
        cls, room: Room, kind: str, but: int, reason: str, connection: BaseDBAsyncClient
    ) -> None:
        """Tell all owners of a room, but whoever has done it (the id `but`) themselves."""
        owners = Membership.filter(room_id=room.id, role=Membership.OWNER).exclude(user_id=but)
        for owner in await owners.using_db(connection):
            await cls.tell(owner.user_id, kind, connection, room_name=room.name, reason=reason)

    @classmethod
    async def tell_of_deletion(
        cls, room: Room, but: int, connection: BaseDBAsyncClient, reason: str = "", owners: str = ""
    ) -> None:
        """Tell everybody in a room that goes, but whoever deletes it (the id `but`): its owners by
        the kind `owners`, if there is one.
        """
        there = Membership.filter(room_id=room.id).exclude(user_id=but).using_db(connection)
        notices = [
            cls(
                user_id=each.user_id,
                kind=owners if owners and each.is_owner else ROOM_GONE,
                room_name=room.name,
                notice_reason=reason,
            )
            for each in await there
        ]
        await cls.bulk_create(notices, batch_size=AT_ONCE, using_db=connection)

    @classmethod
    async def of(cls, user_id: int) -> "list[ModerationNotice]":
        """What somebody has not put away yet, the latest first."""
        return await cls.filter(user_id=user_id).order_by("-id").limit(NOTICES_MAX)

    @classmethod
    async def put_away(cls, user_id: int, notice_id: int) -> None:
        """They have read it. Also where there is none."""
        if 0 < notice_id <= ID_MAX:
            await cls.filter(user_id=user_id, id=notice_id).delete()
