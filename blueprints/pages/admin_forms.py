"""What the forms of administrators have in common: fields, and the page that asks once more."""

from typing import Any

from quart import g, request
from quart.typing import ResponseReturnValue

from blueprints.pages.rendering import render
from models import Refusal
from services.actor import Actor
from translations import DEFAULT


async def field(name: str) -> str:
    """What was typed, without space around it; "" for nothing."""
    form: Any = await request.form
    return str(form.get(name, "")).strip()


async def is_sure() -> bool:
    """Whether they have been asked."""
    return await field("sure") != ""


async def sure_page(
    actor: Actor, act: str, name: str, there: str, refusal: Refusal | None = None
) -> ResponseReturnValue:
    """Asks whether an act is meant, and for its reason; `there` is where no leads to."""
    page = await render(
        "admin_sure.html",
        user=actor.user,
        act=act,
        whom=name,
        there=there,
        reason=await field("reason"),
        until=await field("until"),
        member=await field("member"),
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
    )
    return page, refusal.status if refusal else 200
