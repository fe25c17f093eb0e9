"""Links by which people come: to the server, or into a room. Whoever has one may use it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from tortoise import fields
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.models import Model
from tortoise.timezone import now

from errors import Refusal
from models.administration import check_administrator
from models.audit_entry import ActDetails, record_act
from models.database import atomically, fetch
from models.locks import lock_users
from models.membership import Membership
from models.queries.invite_links import may_invite_to_server
from models.room import Room
from models.sql.fast_path import as_stored
from models.user import User


class InviteLink(Model):
    """One link. The table has the digest of its token alone. What is so of it at a moment, and
    whether it is good, is read by models.queries.invite_links.
    """

    LIFETIME = timedelta(days=7)
    LIFETIME_MIN = timedelta(minutes=1)
    LIFETIME_MAX = timedelta(days=90)
    USES_MAX = 1_000
    # How long one is kept that is no longer good, and by which nobody came.
    KEPT = timedelta(days=30)
    # Of one person, neither revoked nor expired nor used up.
    MAX_LIVING = 100

    id = fields.BigIntField(primary_key=True)
    token_digest = fields.CharField(max_length=64, unique=True)
    # Null: to the server alone.
    room: fields.ForeignKeyNullableRelation[Room] = fields.ForeignKeyField(
        "models.Room", related_name="invite_links", null=True, db_index=True
    )
    made_by: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="invite_links_made", db_index=True
    )
    # How many may come by it; null: any number.
    uses_max: int | None = fields.IntField(null=True)
    uses = fields.IntField(default=0, db_default=0)
    # Null: never.
    expires_at: datetime | None = fields.DatetimeField(null=True)
    revoked_at: datetime | None = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    room_id: int | None
    made_by_id: int

    class Meta:
        table = "invite_link"
        table_description = "Links by which people come"


class InviteUse(Model):
    """Somebody has come by a link; of several times the latest."""

    id = fields.BigIntField(primary_key=True)
    link: fields.ForeignKeyRelation[InviteLink] = fields.ForeignKeyField(
        "models.InviteLink", related_name="used_by"
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="came_by", db_index=True
    )
    at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "invite_use"
        table_description = "Who has come by which link"
        unique_together = (("link", "user"),)


def digest_of(token: str) -> str:
    """What the table has of a token."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


async def make_link(
    maker: User, room_id: int | None, uses_max: int | None, lifetime: timedelta | None
) -> tuple[int, str]:
    """A new link's id and token, 43 characters, which is nowhere else. Without `uses_max` any
    number of people come by it; without `lifetime` it does not expire.

    Raises:
        Refusal: not_owner, when the maker is no owner of the room by now; not_admin, when they may
            not invite to the server, or ask for a link that does not expire; too_many_invite_links.
    """
    token = secrets.token_urlsafe(32)

    async def work(connection: BaseDBAsyncClient) -> int:
        await lock_users({maker.id}, connection)  # Its links are counted, and its rights asked for.
        await _check_rights(maker.id, room_id, lifetime, connection)
        if await _living(maker.id, connection) >= InviteLink.MAX_LIVING:
            raise Refusal("too_many_invite_links", limit=InviteLink.MAX_LIVING)
        link = await InviteLink.create(
            token_digest=digest_of(token),
            room_id=room_id,
            made_by_id=maker.id,
            uses_max=uses_max,
            expires_at=now() + lifetime if lifetime else None,
            using_db=connection,
        )
        details = ActDetails(link=link.id, uses=uses_max)
        await record_act(connection, "invite_made", maker.id, room_id=room_id, details=details)
        return int(link.id)

    return await atomically(work), token


async def revoke_link(link_id: int, actor: User, as_admin: bool = True, reason: str = "") -> bool:
    """Let nobody come by it any more. Whoever has made it may, the owners of its room, and
    administrators, where they act `as_admin`. False: there is none that the actor may revoke; true
    also the second time.

    Raises:
        Refusal: not_admin, for who acts `as_admin` and is none any more.
    """

    async def work(connection: BaseDBAsyncClient) -> bool:
        await lock_users({actor.id}, connection)
        link = await InviteLink.get_or_none(id=link_id, using_db=connection)
        if link is None or not await _may_revoke(link, actor, as_admin, connection):
            return False
        living = InviteLink.filter(id=link_id, revoked_at__isnull=True).using_db(connection)
        if await living.update(revoked_at=now()):
            act = ActDetails(link=link_id)
            await record_act(
                connection,
                "invite_revoked",
                actor.id,
                user_id=link.made_by_id,
                room_id=link.room_id,
                reason=reason,
                details=act,
            )
        return True

    return await atomically(work)


async def count_use(
    link_id: int, user_id: int, room_id: int | None, connection: BaseDBAsyncClient
) -> bool:
    """Count somebody who comes by it, in the transaction by which they come. False: of several who
    come at once others were first, or it has been revoked or has expired at this moment.
    """
    if not await fetch(_USE, link_id, as_stored(now()), connection=connection):
        return False
    theirs = {"link_id": link_id, "user_id": user_id}
    await InviteUse.filter(**theirs).using_db(connection).delete()
    await InviteUse.create(**theirs, using_db=connection)
    await record_act(
        connection,
        "invite_used",
        user_id,
        user_id=user_id,
        room_id=room_id,
        details=ActDetails(link=link_id),
    )
    return True


async def forget_dead_links() -> int:
    """Delete those that have been revoked or over for 30 days, and by which nobody came; return how
    many. Who came by which is kept.
    """
    deleted = await fetch(_FORGET, as_stored(now() - InviteLink.KEPT))
    return len(list(deleted))


async def _check_rights(
    user_id: int, room_id: int | None, lifetime: timedelta | None, connection: BaseDBAsyncClient
) -> None:
    user = await User.get(id=user_id, using_db=connection)
    if room_id is not None:
        await Room.lock([room_id], connection)
        owners = Membership.filter(room_id=room_id, role=Membership.OWNER).using_db(connection)
        if not await owners.filter(user_id=user_id).exists():
            raise Refusal("not_owner")
    elif not await may_invite_to_server(user, connection):
        raise Refusal("not_admin")
    if lifetime is None and not user.is_admin:
        raise Refusal("not_admin")


async def _may_revoke(
    link: InviteLink, actor: User, as_admin: bool, connection: BaseDBAsyncClient
) -> bool:
    if link.made_by_id == actor.id:
        return True
    theirs = Membership.filter(user_id=actor.id, role=Membership.OWNER).using_db(connection)
    if link.room_id is not None and await theirs.filter(room_id=link.room_id).exists():
        return True
    if as_admin:
        await check_administrator(actor.id, connection)
    return as_admin


async def _living(maker_id: int, connection: BaseDBAsyncClient) -> int:
    ((living,),) = await fetch(_LIVING, maker_id, as_stored(now()), connection=connection)
    return int(living)


_GOOD = """
revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
AND (uses_max IS NULL OR uses < uses_max)
"""
# The database looks at the row again when whoever was first has committed.
_USE = f"UPDATE invite_link SET uses = uses + 1 WHERE id = $1 AND {_GOOD} RETURNING id"
_FORGET = (
    "DELETE FROM invite_link WHERE (revoked_at < $1 OR expires_at < $1) AND uses = 0"
    " AND NOT EXISTS (SELECT 1 FROM invite_use WHERE link_id = invite_link.id) RETURNING id"
)
_LIVING = f"SELECT COUNT(*) AS living FROM invite_link WHERE made_by_id = $1 AND {_GOOD}"
