"""The JSON API of logins beyond the password: second factor, passkey, re-authentication."""

from msgspec import Raw, Struct
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, require_session, services
from blueprints.device_cookies import remember_device
from blueprints.logins import factor_slot, log_in_by_factor, log_in_by_passkey
from blueprints.rate_limits import factor_limits, hashing_slot, password_limits
from blueprints.relying_party import relying_party
from models import LoginTicket, Refusal, Session, User
from models.passkey import Purpose
from realtime.account_views import user_view
from services.sessions import Proof

blueprint = Blueprint("login_factors", __name__)


class FactorBody(Struct):
    ticket: str
    code: str = ""
    credential: Raw = Raw()


class TicketBody(Struct):
    ticket: str = ""


class ConfirmBody(Struct):
    password: str = ""
    code: str = ""
    credential: Raw = Raw()


class PasskeyBody(Struct):
    credential: Raw


@blueprint.post("/session/factor")
@factor_limits
async def factor() -> Response:
    asked = await body(FactorBody)
    proof = Proof(asked.code, text(asked.credential))
    return _welcome(await log_in_by_factor(asked.ticket, proof))


@blueprint.post("/session/passkey/options")
@factor_limits
async def login_options() -> Response:
    """With a ticket for the second step, without one for a login by passkey alone."""
    token = (await body(TicketBody)).ticket
    site, passkeys = await relying_party(), services().passkeys
    if not token:
        return raw(await passkeys.request_options(site, Purpose.LOGIN))
    ticket = await LoginTicket.of(token)
    made_for = Purpose.FACTOR, ticket.id, ticket.user_id
    return raw(await passkeys.request_options(site, *made_for))


@blueprint.post("/session/passkey")
@factor_limits
async def login_by_passkey() -> Response:
    return _welcome(await log_in_by_passkey(text((await body(PasskeyBody)).credential)))


@blueprint.post("/session/confirm/options")
@login_required
@factor_limits
async def confirm_options() -> Response:
    session = await require_session()
    site, made_for = await relying_party(), (Purpose.CONFIRM, session.id, session.user_id)
    return raw(await services().passkeys.request_options(site, *made_for))


@blueprint.post("/session/confirm")
@login_required
@password_limits
async def confirm() -> Response:
    asked = await body(ConfirmBody)
    proof = Proof(asked.code, text(asked.credential))
    await confirm_by(await require_session(), asked.password, proof)
    return nothing()


async def confirm_by(session: Session, password: str, proof: Proof) -> None:
    """Show by one of three that it is oneself. The limits are those of logins.

    Raises:
        Refusal: wrong_password, bad_code, bad_passkey, overloaded, bad_field.
    """
    confirmations = services().confirmations
    if proof.credential:
        await confirmations.by_passkey(session, proof.credential, await relying_party())
    elif proof.code:
        async with factor_slot(session.user):
            await confirmations.by_code(session, proof.code)
    elif password:
        with hashing_slot():
            await confirmations.by_password(session, password)
    else:
        raise Refusal("bad_field", problem="password, code or credential")


def text(credential: Raw) -> str:
    """The JSON of a credential as it came."""
    return bytes(credential).decode(errors="replace")


def raw(options: str) -> Response:
    """JSON that WebAuthn's own library has made."""
    return Response(options, content_type="application/json")


def _welcome(user: User) -> Response:
    return remember_device(answer(user_view(user)), user.username)
