"""Messages of new accounts that wait for somebody to look at them."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.expressions import Q
from tortoise.models import Model
from tortoise.queryset import QuerySet

from errors import Refusal
from limits import CLIENT_ID_MAX
from models.audit_entry import record_act
from models.database import atomically
from models.locks import lock_users
from models.membership import ID_MAX, Membership
from models.message import Message
from models.moderation_notice import HELD_WAITS, ModerationNotice
from models.room import Room
from models.room_commands import check_may_write, check_owner
from models.user import User

HELD_MAX = 10  # Of one person, in all rooms.
LISTED_MAX = 100
KEPT = timedelta(days=30)
POSTING = timedelta(minutes=1)

Held = Literal["held", "posted", "full"]


class HeldMessage(Model):
    """One message that is not in the room yet. It is posted under its `client_id`, so that it is
    posted once, however often it is sent or approved.
    """

    id = fields.BigIntField(primary_key=True)
    room: fields.ForeignKeyRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="held_messages", on_delete=fields.CASCADE, db_index=True
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="held_messages", on_delete=fields.CASCADE, db_index=True
    )
    client_id = fields.CharField(max_length=CLIENT_ID_MAX)
    held_text = fields.TextField()
    replied_to: int | None = fields.BigIntField(null=True)
    # It is being posted, and nobody else decides before then: whoever does it may be killed.
    posting_until: datetime | None = fields.DatetimeField(null=True)
    held_at: datetime = fields.DatetimeField(auto_now_add=True, db_index=True)

    room_id: int
    user_id: int

    class Meta:
        table = "held_message"
        table_description = "Messages of new accounts that wait for approval"
        unique_together = (("room", "user", "client_id"),)

    @classmethod
    async def listed(cls, room_id: int | None) -> "list[HeldMessage]":
        """Those of a room, or (None) of all, the earliest first, with `.room` and `.user`."""
        return await cls._kept(room_id).order_by("id").limit(LISTED_MAX)

    @classmethod
    async def one(cls, held_id: int, room_id: int | None) -> "HeldMessage":
        """One of a room, or (None) of any, with `.room` and `.user`. Raises Refusal: not_found."""
        if not 0 < held_id <= ID_MAX:
            raise Refusal("not_found")
        row = await cls._kept(room_id).filter(id=held_id).first()
        if row is None:
            raise Refusal("not_found")
        return row

    @classmethod
    def _kept(cls, room_id: int | None) -> QuerySet["HeldMessage"]:
        found = cls.filter(held_at__gte=datetime.now(UTC) - KEPT).select_related("room", "user")
        return found if room_id is None else found.filter(room_id=room_id)


async def is_held(member: Membership, client_id: str | None) -> bool:
    """Whether a message of theirs with this client_id waits in the room."""
    if client_id is None:
        return False
    mine = HeldMessage.filter(room_id=member.room_id, user_id=member.user_id)
    return await mine.filter(client_id=client_id).exists()


async def hold(member: Membership, text: str, client_id: str | None, reply_to: int | None) -> Held:
    """Keep a message until somebody has looked at it, and tell the owners of the room that there
    are some. "posted": it has been posted before, and comes once more; "full": too many wait.

    Raises:
        Refusal: what refuses it in any case: not_a_member, room_archived, owners_only.
    """
    # Asked before as well: whoever goes on sending costs no transaction.
    if known := await _known(member, client_id):
        return known

    async def work(connection: BaseDBAsyncClient) -> Held:
        await lock_users({member.user_id}, connection)  # Theirs are counted.
        if known := await _known(member, client_id, connection):
            return known
        await check_may_write(member, connection)
        await HeldMessage.create(
            room_id=member.room_id,
            user_id=member.user_id,
            client_id=client_id or f"held-{secrets.token_hex(8)}",
            held_text=text,
            replied_to=reply_to,
            using_db=connection,
        )
        await _tell_owners(member.room, connection)
        return "held"

    return await atomically(work)


def _undecided() -> Q:
    return Q(posting_until__isnull=True) | Q(posting_until__lte=datetime.now(UTC))


async def begin_approval(row: HeldMessage, owner: Membership | None) -> datetime:
    """It is about to be posted: until the time that is returned nobody else decides. `owner`: who
    judges as one of the room, None: an administrator.

    Raises:
        Refusal: not_found, where others were first; not_owner, for who is none any more.
    """
    until = datetime.now(UTC) + POSTING

    async def work(connection: BaseDBAsyncClient) -> None:
        await _check_judge(row, owner, connection)
        waiting = HeldMessage.filter(_undecided(), id=row.id).using_db(connection)
        if not await waiting.update(posting_until=until):
            raise Refusal("not_found")

    await atomically(work)
    return until


async def give_up_approval(row: HeldMessage, until: datetime) -> None:
    """It could not be posted: it waits as before."""
    await HeldMessage.filter(id=row.id, posting_until=until).update(posting_until=None)


async def end_approval(row: HeldMessage, judge_id: int) -> None:
    """It is posted, and its author is told. Where others were first, they are told already."""

    async def work(connection: BaseDBAsyncClient) -> None:
        if await HeldMessage.filter(id=row.id).using_db(connection).delete():
            await _tell_author(row, judge_id, connection)

    await atomically(work)


async def reject_held(
    row: HeldMessage, judge_id: int, owner: Membership | None, reason: str
) -> None:
    """It waits no more, and its author is told why. Raises Refusal as `begin_approval`."""

    async def work(connection: BaseDBAsyncClient) -> bool:
        await _check_judge(row, owner, connection)
        waiting = HeldMessage.filter(_undecided(), id=row.id).using_db(connection)
        if not await waiting.delete():
            raise Refusal("not_found")
        # By somebody whose process has ended since.
        theirs = Message.filter(room_id=row.room_id, author_id=row.user_id)
        if await theirs.filter(client_id=row.client_id).using_db(connection).exists():
            return False
        await _tell_author(row, judge_id, connection, reason)
        return True

    if not await atomically(work):
        raise Refusal("not_found")


async def _check_judge(
    row: HeldMessage, owner: Membership | None, connection: BaseDBAsyncClient
) -> None:
    # In turn with whoever posts there.
    await Room.lock([row.room_id], connection)
    if owner is not None:
        await check_owner(owner, connection)


async def _tell_author(
    row: HeldMessage, judge_id: int, connection: BaseDBAsyncClient, reason: str | None = None
) -> None:
    """`reason`: of a rejection; None: it is approved."""
    action = "held_approved" if reason is None else "held_rejected"
    reason = reason or ""
    about = (connection, action, judge_id)
    await record_act(*about, user_id=row.user_id, room_id=row.room_id, reason=reason)
    room_name = row.room.name
    await ModerationNotice.tell(row.user_id, action, connection, room_name=room_name, reason=reason)


async def withdraw_held(
    room_id: int,
    user_id: int,
    client_id: str | None = None,
    since: datetime | None = None,
    connection: BaseDBAsyncClient | None = None,
) -> int:
    """Let nobody post what somebody has waiting in a room: this message, or (None) all of them
    since then, but for what is being posted. Returns how many it were.
    """
    waiting = HeldMessage.filter(_undecided(), room_id=room_id, user_id=user_id)
    if client_id is not None:
        waiting = waiting.filter(client_id=client_id)
    if since is not None:
        waiting = waiting.filter(held_at__gte=since)
    return await waiting.using_db(connection).delete()


async def forget_old_held() -> int:
    """Delete those that have waited for more than 30 days; return how many."""
    return await HeldMessage.filter(held_at__lt=datetime.now(UTC) - KEPT).delete()


async def _known(
    member: Membership, client_id: str | None, connection: BaseDBAsyncClient | None = None
) -> Held | None:
    """What `hold` answers without keeping anything; None: it is to be kept."""
    mine = HeldMessage.filter(user_id=member.user_id).using_db(connection)
    if client_id is not None:
        posted = Message.filter(
            room_id=member.room_id, author_id=member.user_id, client_id=client_id
        )
        if await posted.using_db(connection).exists():
            return "posted"
        if await mine.filter(room_id=member.room_id, client_id=client_id).exists():
            return "held"
    return "full" if await mine.count() >= HELD_MAX else None


async def _tell_owners(room: Room, connection: BaseDBAsyncClient) -> None:
    """Once, until they have put that away: however many come."""
    owners = Membership.filter(room_id=room.id, role=Membership.OWNER).using_db(connection)
    for owner in await owners:
        told = ModerationNotice.filter(user_id=owner.user_id, kind=HELD_WAITS, room_name=room.name)
        if not await told.using_db(connection).exists():
            await ModerationNotice.tell(owner.user_id, HELD_WAITS, connection, room_name=room.name)
