"""Accounts and who their owners are to an OpenID provider: made, linked, unlinked, and what the
provider's group makes of them.
"""

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError
from tortoise.timezone import now

from errors import Refusal
from models.administration import check_not_last, concerned_by
from models.audit_entry import record_act
from models.database import atomically
from models.locks import lock_users
from models.name_key import NameKey
from models.names import name_keys
from models.oidc_identity import OidcIdentity
from models.passwords import NO_HASH
from models.second_factors import Ways, has_way_in
from models.user import Admit, User

# What the audit log gives as the reason of a role that comes or goes with the provider's group.
BY_GROUP = "OIDC_ADMIN_GROUP"


async def register_identity(username: str, issuer: str, subject: str, admit: Admit) -> User:
    """Store an account without a password, for somebody who was nobody here. `admit` as in
    User.register.

    Raises:
        Refusal: bad_username, username_taken; identity_taken; and whatever `admit` refuses.
    """
    username = await User.free_username(username)

    async def work(connection: BaseDBAsyncClient) -> User:
        user = await User.add(username, NO_HASH, connection)
        await admit(user, connection)
        await store_identity(user, issuer, subject, connection)
        return user

    try:
        user = await atomically(work)
    except IntegrityError:
        is_theirs = await OidcIdentity.exists(issuer=issuer, subject=subject)
        raise Refusal("identity_taken" if is_theirs else "username_taken") from None
    # As in User.register: asked again when ours can be seen.
    if await NameKey.are_held(name_keys(username), but=user.id):
        await user.delete()
        raise Refusal("username_taken")
    return user


async def link_identity(user: User, issuer: str, subject: str) -> None:
    """From now on this subject logs in to the account. What is so already changes nothing.

    Raises:
        Refusal: identity_taken, too_many_identities.
    """

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users({user.id}, connection)
        theirs = OidcIdentity.filter(user_id=user.id).using_db(connection)
        if await theirs.filter(issuer=issuer, subject=subject).exists():
            return
        if await theirs.count() >= OidcIdentity.MAX:
            raise Refusal("too_many_identities", limit=OidcIdentity.MAX)
        await store_identity(user, issuer, subject, connection)

    try:
        await atomically(work)
    except IntegrityError:
        raise Refusal("identity_taken") from None


async def unlink_identity(user: User, identity_id: int, ways: Ways) -> None:
    """It logs in to the account no more; the role that it has given goes with it.

    Raises:
        Refusal: not_found, for somebody else's as well; only_login; last_administrator.
    """
    concerned = await concerned_by(user, None)

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users(concerned, connection)
        mine = OidcIdentity.filter(user_id=user.id).using_db(connection)
        found = await mine.filter(id=identity_id).first()
        if found is None:
            raise Refusal("not_found")
        if found.gives_admin:
            await _set_admin(user, connection, is_admin=False)
        await found.delete(using_db=connection)
        is_a_way = found.issuer == ways.issuer
        if is_a_way and not await has_way_in(user, ways, connection):
            raise Refusal("only_login")
        await record_act(connection, "identity_unlinked", user.id, user_id=user.id)

    await atomically(work)


async def note_login(identity: OidcIdentity, *, in_group: bool) -> None:
    """Their owner has logged in, and the provider's group has them or not. It takes away only what
    it has given: whom an administrator has appointed stays one. The last one stays, too.
    """
    if in_group == identity.gives_admin:
        await OidcIdentity.filter(id=identity.id).update(last_used_at=now())
        return
    concerned = await concerned_by(identity.user, None)

    async def work(connection: BaseDBAsyncClient) -> None:
        await lock_users(concerned, connection)
        mine = OidcIdentity.filter(id=identity.id).using_db(connection)
        found = await mine.first()
        if found is None:
            raise Refusal("oidc_failed")
        gives = found.gives_admin
        if in_group != gives:
            try:
                changed = await _set_admin(identity.user, connection, is_admin=in_group)
                gives = in_group and changed
            except Refusal:
                pass  # There has to be an administrator: it is tried again at the next login.
        await mine.update(last_used_at=now(), gives_admin=gives)

    await atomically(work)
    await identity.user.refresh_from_db(fields=["server_role"])


async def store_identity(
    user: User, issuer: str, subject: str, connection: BaseDBAsyncClient
) -> None:
    """Store a new one, with its entry of the log; IntegrityError where it is somebody's."""
    await OidcIdentity.create(user=user, issuer=issuer, subject=subject, using_db=connection)
    await record_act(connection, "identity_linked", user.id, user_id=user.id)


async def _set_admin(user: User, connection: BaseDBAsyncClient, *, is_admin: bool) -> bool:
    """Whether it has changed something; under the locks of all who are concerned.

    Raises:
        Refusal: last_administrator.
    """
    theirs = User.filter(id=user.id).using_db(connection)
    role = User.ADMIN if is_admin else ""
    if not await theirs.exclude(server_role=role).exists():
        return False
    if not is_admin:
        await check_not_last(user, connection)
    await theirs.update(server_role=role)
    action = "administrator_made" if is_admin else "administrator_unmade"
    await record_act(connection, action, None, user_id=user.id, reason=BY_GROUP)
    return True
