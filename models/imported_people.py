"""Accounts of people who were somewhere else until now."""

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import IntegrityError

from models.audit_entry import ActDetails, record_act
from models.database import atomically
from models.import_item import ImportItem
from models.name_key import NameKey
from models.names import can_be_display_name, display_keys
from models.passwords import NO_HASH
from models.user import User


async def add_account(source: str, key: str, username: str, *, is_gone: bool) -> User | None:
    """Make an account without a password, which nobody logs in to before an administrator has made
    a link for it; disabled for who had left there. None: the name is taken.
    """

    async def work(connection: BaseDBAsyncClient) -> User:
        user = await User.add(username, NO_HASH, connection)
        if is_gone:
            user.state = User.DISABLED
            await user.save(update_fields=["state"], using_db=connection)
        await _note(source, key, user.id, connection)
        return user

    try:
        return await atomically(work)
    except IntegrityError:
        return None


async def link_account(source: str, key: str, user_id: int) -> None:
    """Somebody there is who has this account here."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await _note(source, key, user_id, connection, is_done=True)

    await atomically(work)


async def show_name(source: str, key: str, user_id: int, name: str) -> bool:
    """Let others see this name of an account that was made, "" for its username. False: it is, or
    looks like, the username of somebody else, or can be nobody's, and is not shown.
    """
    fits = 0 < len(name) <= User.DISPLAY_NAME_MAX and can_be_display_name(name)
    keys = display_keys(name) if fits else frozenset[str]()
    is_shown = fits and not await NameKey.are_held(keys, but=user_id, of_usernames=True)

    async def work(connection: BaseDBAsyncClient) -> None:
        if is_shown:
            await User.filter(id=user_id).using_db(connection).update(display_name=name)
            await NameKey.show(user_id, keys, connection)
        person = ImportItem.filter(source=source, kind="person", external_key=key)
        await person.using_db(connection).update(is_done=True)

    await atomically(work)
    return is_shown or not name


async def record_start(source: str) -> None:
    """Note that an import begins: it is many transactions."""

    async def work(connection: BaseDBAsyncClient) -> None:
        await record_act(connection, "import_started", None, reason=source)

    await atomically(work)


async def record_end(source: str, messages: int) -> None:
    """Note what an import has added."""

    async def work(connection: BaseDBAsyncClient) -> None:
        details = ActDetails(messages=messages)
        await record_act(connection, "import_finished", None, reason=source, details=details)

    await atomically(work)


async def _note(
    source: str,
    key: str,
    user_id: int,
    connection: BaseDBAsyncClient,
    *,
    is_done: bool = False,
) -> None:
    await ImportItem.create(
        source=source,
        kind="person",
        external_key=key,
        local_id=user_id,
        is_done=is_done,
        using_db=connection,
    )
