"""What the profile shows of second factors."""

from msgspec import Struct

from blueprints.context import services
from models import Passkey, Session


class FactorState(Struct, frozen=True):
    """What an account has besides its password."""

    has_totp: bool
    codes_left: int
    passkeys: list[Passkey]
    #: Whether the login was confirmed lately, and what is dangerous needs no other proof.
    is_recent: bool


async def factor_state(session: Session) -> FactorState:
    """Of the user who asks."""
    totp = await services().second_factors.totp_of(session.user)
    return FactorState(
        has_totp=bool(totp and totp.is_on),
        codes_left=await services().second_factors.codes_left(session.user),
        passkeys=await services().passkeys.of(session.user_id),
        is_recent=session.is_recent,
    )
