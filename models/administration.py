"""What administrators do to accounts. Each act stores its entry of the audit log with it."""

from datetime import datetime

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from errors import Refusal
from models.access_token import AccessToken
from models.audit_entry import ActDetails, record_act
from models.database import atomically, fetch
from models.locks import lock_users
from models.moderation_notice import LOGINS_ENDED, ModerationNotice
from models.password_reset import PasswordReset
from models.passwords import NO_HASH
from models.session import Session
from models.user import User

# The row of site_setting that says which account was the first; see become_first_administrator.
FIRST = "first_administrator"


async def become_first_administrator(user: User, connection: BaseDBAsyncClient) -> bool:
    """Make this new account the administrator if it is the only one there is; in the transaction
    that has stored it.

    Of two that register at once neither sees the other's row. Both insert the same row here, and
    PostgreSQL lets the second wait until the first has committed, and then insert nothing.
    """
    if await User.exclude(id=user.id).using_db(connection).exists():
        return False
    claimed = await fetch(
        "INSERT INTO site_setting (name, value) VALUES ($1, $2)"
        " ON CONFLICT (name) DO NOTHING RETURNING name",
        FIRST,
        str(user.id),
        connection=connection,
    )
    if claimed:
        user.server_role = User.ADMIN
        await user.save(update_fields=["server_role"], using_db=connection)
        await record_act(connection, "first_administrator", user.id, user_id=user.id)
    return bool(claimed)


async def make_account(username: str, actor_id: int | None, *, is_admin: bool = False) -> str:
    """Make an account without a password. Returns the token of the link by which its owner
    chooses one.

    Raises:
        Refusal: bad_username, username_taken.
    """
    username = await User.free_username(username)

    async def work(connection: BaseDBAsyncClient) -> str:
        user = await User.add(username, NO_HASH, connection)
        await record_act(connection, "account_made", actor_id, user_id=user.id)
        if is_admin:
            await User.filter(id=user.id).using_db(connection).update(server_role=User.ADMIN)
            await record_act(connection, "administrator_made", actor_id, user_id=user.id)
        return await PasswordReset.make(user, actor_id, connection)

    try:
        return await atomically(work)
    except IntegrityError:
        raise Refusal("username_taken") from None


async def set_server_role(user: User, role: str, actor_id: int | None, reason: str = "") -> None:
    """Make somebody an administrator, or no longer. The role that they have changes nothing.

    Raises:
        Refusal: last_administrator; not_admin, where the actor is none any more.
    """
    concerned = await concerned_by(user, actor_id)

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users(concerned, connection)
        await check_administrator(actor_id, connection)
        theirs = User.filter(id=user.id).exclude(state=User.DELETED).using_db(connection)
        if not await theirs.exclude(server_role=role).exists():
            return
        if role != User.ADMIN:
            await check_not_last(user, connection)
        await theirs.update(server_role=role)
        action = "administrator_made" if role == User.ADMIN else "administrator_unmade"
        await record_act(connection, action, actor_id, user_id=user.id, reason=reason)
        if user.id != actor_id:
            await ModerationNotice.tell(user.id, action, connection, reason=reason)

    await atomically(work)
    user.server_role = role


async def disable(
    user: User, actor_id: int | None, reason: str = "", until: datetime | None = None
) -> list[int]:
    """Let somebody log in no more, or not before `until`, and end their logins, access tokens and
    links for a new password: whoever had taken the account over does not wait with one for the end.
    Returns the ids of those logins.

    Raises:
        Refusal: last_administrator; not_admin, where the actor is none any more.
    """
    concerned = await concerned_by(user, actor_id)

    async def work(connection: BaseDBAsyncClient) -> list[int]:
        await lock_users(concerned, connection)
        await check_administrator(actor_id, connection)
        await check_not_last(user, connection)
        await (
            User.filter(id=user.id)
            .exclude(state=User.DELETED)
            .using_db(connection)
            .update(state=User.DISABLED, state_reason=reason, state_until=until)
        )
        ended = await end_all_logins(user, connection)
        await PasswordReset.end(user.id, connection)
        details = ActDetails(until=until.isoformat() if until else None)
        await record_act(
            connection, "disabled", actor_id, user_id=user.id, reason=reason, details=details
        )
        return ended

    return await atomically(work)


async def enable(user: User, actor_id: int | None, reason: str = "") -> None:
    """Let somebody log in who was disabled, or who waits for approval. Of who may already nothing
    is changed.

    Raises:
        Refusal: not_admin, where the actor is none any more.
    """
    concerned = await concerned_by(user, actor_id)

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users(concerned, connection)
        await check_administrator(actor_id, connection)
        theirs = User.filter(id=user.id).using_db(connection)
        states = [str(state) for state in await theirs.values_list("state", flat=True)]
        if states in ([], [""], [User.DELETED]):
            return
        action = "approved" if states == [User.WAITING] else "enabled"
        await theirs.update(state="", state_reason="", state_until=None)
        await record_act(connection, action, actor_id, user_id=user.id, reason=reason)

    await atomically(work)


async def end_logins(user: User, actor_id: int | None) -> list[int]:
    """End all logins and access tokens of somebody, who is told when they log in again. Returns the
    ids of those logins.

    Raises:
        Refusal: not_admin, where the actor is none any more.
    """

    async def work(connection: BaseDBAsyncClient) -> list[int]:
        await lock_users({user.id} if actor_id is None else {user.id, actor_id}, connection)
        await check_administrator(actor_id, connection)
        ended = await end_all_logins(user, connection)
        await record_act(connection, "logins_ended", actor_id, user_id=user.id)
        if user.id != actor_id:
            await ModerationNotice.tell(user.id, LOGINS_ENDED, connection)
        return ended

    return await atomically(work)


async def end_all_logins(user: User, connection: BaseDBAsyncClient) -> list[int]:
    """End them, in the transaction of an act; return the ids of the logins."""
    await AccessToken.end_all(user.id, connection)
    return await Session.end(user.id, connection=connection)


async def concerned_by(user: User, actor_id: int | None) -> set[int]:
    """Whose rows are locked, in one statement, before somebody's rights are changed: theirs, the
    actor's, and those of all administrators. Of two that take a right from each other at once the
    second one sees what the first has done.
    """
    ids = await User.filter(server_role=User.ADMIN).values_list("id", flat=True)
    actors = set() if actor_id is None else {actor_id}
    return {user.id, *actors, *(int(str(id_)) for id_ in ids)}


async def check_administrator(actor_id: int | None, connection: BaseDBAsyncClient) -> None:
    """Whether they still are an administrator; under the lock of their row. None: the operator."""
    admins = User.filter(id=actor_id, server_role=User.ADMIN, state="").using_db(connection)
    if actor_id is not None and not await admins.exists():
        raise Refusal("not_admin")


async def check_not_last(user: User, connection: BaseDBAsyncClient) -> None:
    """Whether there is an administrator besides; under the locks of all of them."""
    administrators = User.filter(server_role=User.ADMIN, state="").using_db(connection)
    is_one = await administrators.filter(id=user.id).exists()
    if is_one and not await administrators.exclude(id=user.id).exists():
        raise Refusal("last_administrator")
