"""Accounts that are made with a passkey in the place of a password."""

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from errors import Refusal
from models.database import atomically
from models.name_key import NameKey
from models.names import name_keys
from models.passkey import Passkey
from models.passwords import NO_HASH
from models.second_factors import store_first_passkey
from models.user import Admit, User


async def register_passkey(username: str, passkey: Passkey, admit: Admit) -> User:
    """Store an account without a password, and its passkey. `admit` as in User.register.

    Raises:
        Refusal: bad_username, username_taken; bad_passkey, when it is an account's already; and
            whatever `admit` refuses.
    """
    username = await User.free_username(username)

    async def work(connection: BaseDBAsyncClient) -> User:
        user = await User.add(username, NO_HASH, connection)
        await admit(user, connection)
        await store_first_passkey(user, passkey, connection)
        return user

    try:
        user = await atomically(work)
    except IntegrityError:
        raise Refusal(await why_not_stored(passkey)) from None
    # As in User.register: asked again when ours can be seen.
    if await NameKey.are_held(name_keys(username), but=user.id):
        await user.delete()
        raise Refusal("username_taken")
    return user


async def why_not_stored(passkey: Passkey | None) -> str:
    """The code of the refusal where a new account could not be stored: of two things that are
    unique one was somebody's.
    """
    theirs = passkey and await Passkey.exists(credential_id=passkey.credential_id)
    return "bad_passkey" if theirs else "username_taken"
