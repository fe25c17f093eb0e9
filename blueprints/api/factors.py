"""The JSON API of one's own second factors: codes by an app, recovery codes, passkeys."""

from msgspec import Raw, Struct
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.api.login_factors import raw, text
from blueprints.context import login_required, require_actor, require_session, services
from blueprints.logins import factor_slot
from blueprints.rate_limits import hashing_slot, password_limits, profile_limits
from blueprints.relying_party import relying_party
from models import Session
from protocol.account_views import CodesView, FactorsView, TotpView
from realtime.account_views import passkey_view
from services.confirmations import require_recent

blueprint = Blueprint("factors", __name__)


class CodeBody(Struct):
    code: str


class OffBody(Struct):
    password: str
    code: str


class NewPasskeyBody(Struct):
    label: str
    credential: Raw


class LabelBody(Struct):
    label: str


@blueprint.get("/factors")
@login_required
async def factors() -> Response:
    user = (await require_actor()).user
    totp = await services().second_factors.totp_of(user)
    mine = await services().passkeys.of(user.id)
    left = await services().second_factors.codes_left(user)
    return answer(
        FactorsView(bool(totp and totp.is_on), left, [passkey_view(each) for each in mine])
    )


@blueprint.post("/totp")
@login_required
@profile_limits
async def begin_totp() -> Response:
    session = await recent_session()
    totp = await services().second_factors.begin_totp(session)
    issuer = (await services().site.state()).name
    return answer(TotpView(totp.secret, totp.address(session.user.username, issuer)))


@blueprint.post("/totp/confirm")
@login_required
@profile_limits
async def confirm_totp() -> Response:
    code = (await body(CodeBody)).code
    session = await recent_session()
    return answer(CodesView(await services().second_factors.confirm_totp(session, code)))


@blueprint.delete("/totp")
@login_required
@password_limits
async def remove_totp() -> Response:
    asked = await body(OffBody)
    session = await recent_session()
    await turn_off(session, asked.password, asked.code)
    return nothing()


@blueprint.post("/recovery-codes")
@login_required
@profile_limits
async def renew_codes() -> Response:
    return answer(CodesView(await services().second_factors.renew_codes(await recent_session())))


@blueprint.post("/passkeys/options")
@login_required
@profile_limits
async def passkey_options() -> Response:
    session, site = await recent_session(), await relying_party()
    return raw(await services().passkeys.creation_options(session, site))


@blueprint.post("/passkeys")
@login_required
@profile_limits
async def add_passkey() -> Response:
    asked = await body(NewPasskeyBody)
    session, site = await recent_session(), await relying_party()
    credential = text(asked.credential)
    codes = await services().passkeys.add(session, credential, asked.label, site)
    return answer(CodesView(codes), 201)


@blueprint.patch("/passkeys/<int:passkey_id>")
@login_required
@profile_limits
async def rename_passkey(passkey_id: int) -> Response:
    label = (await body(LabelBody)).label
    await services().passkeys.rename((await require_actor()).user_id, passkey_id, label)
    return nothing()


@blueprint.delete("/passkeys/<int:passkey_id>")
@login_required
@profile_limits
async def remove_passkey(passkey_id: int) -> Response:
    await services().passkeys.remove(await recent_session(), passkey_id)
    return nothing()


async def recent_session() -> Session:
    """The login of whoever asks. Raises Refusal: unauthorized, confirmation_required."""
    session = await require_session()
    require_recent(session)
    return session


async def turn_off(session: Session, password: str, code: str) -> None:
    """Turn the codes by an app off, within the limits of guessing.

    Raises:
        Refusal: wrong_password, bad_code, overloaded.
    """
    async with factor_slot(session.user):
        with hashing_slot():
            await services().second_factors.remove_totp(session, password, code)
