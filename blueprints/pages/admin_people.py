"""Pages of administrators: accounts. Whatever takes something from somebody is asked once more, by
a form on a page of its own.
"""

from datetime import UTC, datetime

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.addresses import reset_url
from blueprints.audit_filters import cursor_arg
from blueprints.context import admin_required, require_actor, services
from blueprints.pages.account_deletion import chosen_messages
from blueprints.pages.admin_forms import confirm_then_ask, field, is_sure, sure_page
from blueprints.pages.removals import since_hours
from blueprints.pages.rendering import render
from models import Refusal, User
from services.actor import Actor
from services.policy import require_admin_act
from translations import DEFAULT

# What is done to an account, and what of it is asked once more first.
ACTS = (
    "approve",
    "enable",
    "disable",
    "end-logins",
    "promote",
    "demote",
    "clear-factors",
    "remove-messages",
    "delete-account",
)
ASKED = tuple(act for act in ACTS if act not in ("approve", "enable"))

# What is said on the page that has asked, where something else can be typed or done first.
SAID_THERE = ("bad_until", "bad_field", "last_administrator", "only_login", "removal_open")

# What takes longer is shown as progress on the page of the account.
PAGE_SECONDS = 2.0

blueprint = Blueprint("admin", __name__, url_prefix="/admin")


@blueprint.get("/")
@admin_required
async def index() -> ResponseReturnValue:
    """People come first."""
    return redirect(url_for("admin.people"), 303)


@blueprint.get("/people")
@admin_required
async def people() -> ResponseReturnValue:
    """The accounts, the latest first; `?q=` and `?state=` say which."""
    return await _people_page()


@blueprint.post("/people")
@admin_required
async def make_account() -> ResponseReturnValue:
    """Make an account, and show the link by which its owner chooses a password, this once."""
    username, actor = await field("username"), await require_actor()
    try:
        row, token = await services().administration.make_account(actor, username)
    except Refusal as refusal:
        if refusal.code not in ("bad_username", "username_taken"):
            raise
        return await _people_page(refusal, username)
    return await _link_page(actor, row.username, row.id, token)


@blueprint.get("/people/<int:user_id>")
@admin_required
async def person(user_id: int) -> ResponseReturnValue:
    """One account, and what can be done to it; `?done=` says what has just been."""
    actor = await require_actor()
    row = await services().administration.person(actor, user_id)
    done = request.args.get("done")
    shown = done if done in ACTS else None
    job = await services().removals_everywhere.last_of(actor, user_id)
    return await render("admin_person.html", user=actor.user, account=row, done=shown, job=job)


@blueprint.post("/people/<int:user_id>/reset")
@admin_required
async def make_reset_link(user_id: int) -> ResponseReturnValue:
    """Show a link by which somebody chooses another password, this once."""
    actor = await require_actor()
    row = await services().administration.person(actor, user_id)
    token = await services().administration.make_reset_link(actor, user_id)
    return await _link_page(actor, row.username, user_id, token)


@blueprint.post("/people/<int:user_id>/<act>")
@admin_required
async def change(user_id: int, act: str) -> ResponseReturnValue:
    """Do something to an account (ACTS), after asking once more where it takes something."""
    actor = await require_actor()
    if act not in ACTS:
        raise Refusal("not_found")
    if act in ASKED and not await is_sure():
        return await _ask(actor, user_id, act)
    try:
        await _do(actor, user_id, act)
    except Refusal as refusal:
        if refusal.code == "confirmation_required" and act in ASKED:
            return await confirm_then_ask("admin.ask", user_id=user_id, act=act)
        if refusal.code not in SAID_THERE:
            raise
        return await _ask(actor, user_id, act, refusal)
    if act == "delete-account":
        return redirect(url_for("admin.people", deleted=1), 303)
    return redirect(url_for("admin.person", user_id=user_id, done=act), 303)


@blueprint.get("/people/<int:user_id>/<act>")
@admin_required
async def ask(user_id: int, act: str) -> ResponseReturnValue:
    """Ask whether it is meant, after the login was confirmed, with what was typed before that."""
    if act not in ASKED:
        return redirect(url_for("admin.person", user_id=user_id), 303)
    return await _ask(await require_actor(), user_id, act)


async def _do(actor: Actor, user_id: int, act: str) -> None:
    acts, reason = services().administration, await field("reason")
    if act == "disable":
        await acts.disable(actor, user_id, reason, _until(await field("until")))
    elif act in ("enable", "approve"):
        await acts.enable(actor, user_id, reason)
    elif act == "end-logins":
        await acts.end_logins(actor, user_id)
    elif act == "clear-factors":
        await acts.clear_factors(actor, user_id, reason)
    elif act == "delete-account":
        messages = chosen_messages(await field("messages"))
        await services().account_erasure.of_another(actor, user_id, messages, reason)
    elif act == "remove-messages":
        since = since_hours(await field("hours"))
        removals = services().removals_everywhere
        await removals.finished(await removals.ask(actor, user_id, reason, since), PAGE_SECONDS)
    else:
        role = User.ADMIN if act == "promote" else ""
        await acts.set_role(actor, user_id, role, reason)


async def _ask(
    actor: Actor, user_id: int, act: str, refusal: Refusal | None = None
) -> ResponseReturnValue:
    require_admin_act(actor)  # Before a reason is typed: behind it the page leads elsewhere.
    row = await services().administration.person(actor, user_id)
    there = url_for("admin.person", user_id=user_id)
    return await sure_page(actor, act, row.shown_name, there, refusal)


async def _people_page(refusal: Refusal | None = None, username: str = "") -> ResponseReturnValue:
    actor = await require_actor()
    text, state = request.args.get("q", ""), request.args.get("state", "all")
    rows, cursor = await services().administration.people(actor, text, state, cursor_arg())
    page = await render(
        "admin_people.html",
        user=actor.user,
        accounts=rows,
        cursor=cursor,
        q=text,
        state=state,
        username=username,
        deleted="deleted" in request.args,
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
    )
    return page, refusal.status if refusal else 200


async def _link_page(actor: Actor, username: str, user_id: int, token: str) -> ResponseReturnValue:
    url = reset_url(token)
    return await render(
        "admin_link.html", user=actor.user, username=username, user_id=user_id, url=url
    )


def _until(text: str) -> datetime | None:
    """What a field for a time in UTC has. Raises Refusal: bad_until."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise Refusal("bad_until") from None
