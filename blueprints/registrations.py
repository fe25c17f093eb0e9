"""Making an account, by page and by API: with a password or a passkey, invited or not."""

from quart import g, request

from blueprints.context import services
from blueprints.rate_limits import registration_slot
from blueprints.relying_party import relying_party
from models import Passkey, User
from services.user_agents import Agent
from translations import DEFAULT


async def make_account(
    username: str, password: str, credential: str, invite: str | None = None
) -> tuple[User, int | None]:
    """Make an account: with the passkey that a browser has made (JSON), where there is one, else
    with the password. `invite` is the token of a link. Returns it, and the id of the link's room.

    Raises:
        Refusal: as Accounts.register and InvitedAccounts.register; bad_passkey.
        RateLimitExceeded: too many accounts are made from the address.
    """
    async with registration_slot():
        if credential:
            return await _by_passkey(username, await _passkey(credential), invite)
        if invite is not None:
            return await services().invited_accounts.register(invite, username, password)
        return await services().accounts.register(username, password), None


async def passkey_options(username: str, invite: str | None) -> str:
    """What a browser makes the passkey of a new account by, as JSON, where one can be made.

    Raises:
        Refusal: as `make_account`, but for what is about passwords.
    """
    if invite is None:
        await services().accounts.check_registration()
    else:
        await services().invited_accounts.check_registration(invite)
    return await services().passkeys.new_account_options(username, await relying_party())


async def _by_passkey(
    username: str, passkey: Passkey, invite: str | None
) -> tuple[User, int | None]:
    if invite is not None:
        return await services().invited_accounts.register_by_passkey(invite, username, passkey)
    return await services().accounts.register_by_passkey(username, passkey), None


async def _passkey(credential: str) -> Passkey:
    # By what it was made on; its owner calls it something else in the profile.
    label = Agent.of(request.headers.get("User-Agent", "")).text(g.get("locale", DEFAULT))
    site = await relying_party()
    return await services().passkeys.of_new_account(credential, label, site)
