"""The JSON API of mail addresses."""

from msgspec import Struct
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import login_required, require_actor, require_session, services
from blueprints.rate_limits import email_limits, profile_limits, take_mail_to
from realtime.account_views import email_view

blueprint = Blueprint("email", __name__)


class Address(Struct):
    """A mail address."""

    address: str


class Wish(Struct):
    """Whether mail about what was missed is wanted."""

    digest: bool


@blueprint.get("/email")
@login_required
async def show() -> Response:
    user = (await require_actor()).user
    return answer(email_view(await services().email_addresses.of(user)))


@blueprint.put("/email")
@login_required
@profile_limits
async def ask() -> Response:
    session = await require_session()
    services().email_addresses.require_on()
    asked = await body(Address)
    await take_mail_to(asked.address, session.user_id)
    await services().email_addresses.ask(session, asked.address)
    return answer(email_view(await services().email_addresses.of(session.user)), 202)


@blueprint.patch("/email")
@login_required
@profile_limits
async def change() -> Response:
    wish = await body(Wish)
    user = (await require_actor()).user
    await services().email_addresses.set_digest(user, is_wanted=wish.digest)
    return answer(email_view(await services().email_addresses.of(user)))


@blueprint.delete("/email")
@login_required
@profile_limits
async def remove() -> Response:
    await services().email_addresses.remove(await require_session())
    return nothing()


@blueprint.post("/password/forgotten")
@email_limits
async def forgotten() -> Response:
    services().email_addresses.require_on()
    services().site.require_passwords()
    asked = await body(Address)
    await take_mail_to(asked.address)
    await services().email_addresses.ask_reset(asked.address)
    return Response(b"", 202)
