"""Which second factors an account has: added and taken away, each with its entry of the log."""

from typing import NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.timezone import now

from errors import Refusal
from models.administration import check_administrator, end_all_logins
from models.audit_entry import record_act
from models.database import atomically, fetch
from models.locks import lock_users
from models.login_ticket import LoginTicket
from models.moderation_notice import FACTORS_CLEARED, ModerationNotice
from models.oidc_identity import OidcIdentity
from models.passkey import Passkey
from models.passwords import NO_HASH
from models.totp import RecoveryCode, Totp, plain_code
from models.user import User


class Ways(NamedTuple):
    """By what people log in: the OpenID provider of this issuer ("": none), and whether also by
    passwords and passkeys. What has logged them in by another provider before is none of them.
    """

    issuer: str
    has_passwords: bool


async def begin_totp(user: User) -> None:
    """Make a secret, which counts for nothing until a code has confirmed it. It takes the place of
    one that was not: whoever has seen that is out.

    Raises:
        Refusal: totp_is_on.
    """

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users({user.id}, connection)
        found = await Totp.get_or_none(user_id=user.id, using_db=connection)
        if found and found.is_on:
            raise Refusal("totp_is_on")
        await Totp.filter(user_id=user.id).using_db(connection).delete()
        await Totp.create(user_id=user.id, secret=Totp.new_secret(), using_db=connection)

    await atomically(work)


async def confirm_totp(user: User, typed: str) -> list[str]:
    """Turn the codes on, by one of them. Returns recovery codes where it is the first factor.

    Raises:
        Refusal: totp_is_on; not_found, when none was begun; bad_code.
    """

    async def work(connection: BaseDBAsyncClient) -> list[str]:
        await lock_users({user.id}, connection)
        totp = await Totp.get_or_none(user_id=user.id, using_db=connection)
        if totp is None:
            raise Refusal("not_found")
        if totp.is_on:
            raise Refusal("totp_is_on")
        if not await totp.use(plain_code(typed), connection):
            raise Refusal("bad_code")
        await Totp.filter(id=totp.id).using_db(connection).update(confirmed_at=now())
        return await _added(user, "totp_added", connection)

    return await atomically(work)


async def remove_totp(user: User) -> None:
    """Turn the codes off."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users({user.id}, connection)
        await Totp.filter(user_id=user.id).using_db(connection).delete()
        await _removed(user, "totp_removed", connection)

    await atomically(work)


async def add_passkey(user: User, passkey: Passkey) -> list[str]:
    """Store a passkey. Returns recovery codes where it is the first factor.

    Raises:
        Refusal: too_many_passkeys; bad_passkey, when it is an account's already.
    """

    async def work(connection: BaseDBAsyncClient) -> list[str]:
        await lock_users({user.id}, connection)
        if await Passkey.filter(user_id=user.id).using_db(connection).count() >= Passkey.MAX:
            raise Refusal("too_many_passkeys", limit=Passkey.MAX)
        await passkey.save(using_db=connection)
        return await _added(user, "passkey_added", connection)

    try:
        return await atomically(work)
    except IntegrityError:
        raise Refusal("bad_passkey") from None


async def store_first_passkey(user: User, passkey: Passkey, connection: BaseDBAsyncClient) -> None:
    """Store the passkey of an account that this transaction has made; IntegrityError where it is an
    account's already. It takes the place of a password, and recovery codes are asked for later.
    """
    passkey.user_id = user.id
    await passkey.save(using_db=connection)
    await _store_state(user, connection)
    await record_act(connection, "passkey_added", user.id, user_id=user.id)


async def remove_passkey(user: User, passkey_id: int, ways: Ways) -> None:
    """Raises Refusal: not_found, for somebody else's as well; only_login."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users({user.id}, connection)
        mine = Passkey.filter(id=passkey_id, user_id=user.id).using_db(connection)
        if not await mine.delete():
            raise Refusal("not_found")
        if ways.has_passwords and not await has_way_in(user, ways, connection):
            raise Refusal("only_login")
        await _removed(user, "passkey_removed", connection)

    await atomically(work)


async def renew_codes(user: User) -> list[str]:
    """Other recovery codes. Raises Refusal: not_found, where there is no factor."""

    async def work(connection: BaseDBAsyncClient) -> list[str]:
        await lock_users({user.id}, connection)
        if not await _store_state(user, connection):
            raise Refusal("not_found")
        await record_act(connection, "recovery_codes_made", user.id, user_id=user.id)
        return await RecoveryCode.renew(user.id, connection)

    return await atomically(work)


async def clear_factors(
    user: User, actor_id: int | None, ways: Ways | None, reason: str = ""
) -> list[int]:
    """Take away all factors of somebody who has lost them, end their logins and access tokens, and
    tell them: the password alone logs them in; whoever has none needs a link for a new one. Returns
    the ids of those logins. Without `ways` the operator does it, who can always make such a link.

    Raises:
        Refusal: not_admin, where the actor is none any more; only_login, where it is the actor's
            own account, and nothing else logs in to it.
    """

    async def work(connection: BaseDBAsyncClient) -> list[int]:
        await lock_users({user.id} if actor_id is None else {user.id, actor_id}, connection)
        await check_administrator(actor_id, connection)
        for model in (Totp, Passkey, LoginTicket):
            await model.filter(user_id=user.id).using_db(connection).delete()
        if ways and user.id == actor_id and not await has_way_in(user, ways, connection):
            raise Refusal("only_login")
        await _store_state(user, connection)
        await record_act(connection, "factors_cleared", actor_id, user_id=user.id, reason=reason)
        if user.id != actor_id:
            await ModerationNotice.tell(user.id, FACTORS_CLEARED, connection, reason=reason)
        return await end_all_logins(user, connection)

    return await atomically(work)


async def check_has_factor(user_id: int, connection: BaseDBAsyncClient) -> None:
    """Whether the user, who is locked, has one. Raises Refusal: own_factor_first."""
    mine = User.filter(id=user_id, has_factor=True).using_db(connection)
    if not await mine.exists():
        raise Refusal("own_factor_first")


async def has_way_in(user: User, ways: Ways, connection: BaseDBAsyncClient) -> bool:
    """Whether the account, which is locked, can be logged in to: by the OpenID provider, a password
    or a passkey.
    """
    identities = OidcIdentity.filter(user_id=user.id, issuer=ways.issuer)
    if await identities.using_db(connection).exists():
        return True
    by_password = User.exclude(password_hash=NO_HASH).filter(id=user.id)
    others = (by_password, Passkey.filter(user_id=user.id)) if ways.has_passwords else ()
    return any([await each.using_db(connection).exists() for each in others])


async def _added(user: User, action: str, connection: BaseDBAsyncClient) -> list[str]:
    is_first = not await User.exists(id=user.id, has_factor=True, using_db=connection)
    await _store_state(user, connection)
    await record_act(connection, action, user.id, user_id=user.id)
    return await RecoveryCode.renew(user.id, connection) if is_first else []


async def _removed(user: User, action: str, connection: BaseDBAsyncClient) -> None:
    await _store_state(user, connection)
    await record_act(connection, action, user.id, user_id=user.id)


async def _store_state(user: User, connection: BaseDBAsyncClient) -> bool:
    """Whether the account has a factor, as its own row says from now on; the user is locked."""
    ((has_factor,),) = await fetch(_STORE_STATE, user.id, connection=connection)
    user.has_factor = bool(has_factor)
    if not user.has_factor:
        await RecoveryCode.filter(user_id=user.id).using_db(connection).delete()
    return user.has_factor


_STORE_STATE = (
    "UPDATE user_account SET has_factor ="
    " EXISTS (SELECT 1 FROM totp WHERE user_id = $1 AND confirmed_at IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM passkey WHERE user_id = $1) WHERE id = $1 RETURNING has_factor"
)
