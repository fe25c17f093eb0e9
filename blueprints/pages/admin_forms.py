"""What the forms of owners and administrators have in common: fields, the way through the
confirmation of a login and back, and the page that asks once more.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from quart import g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.pages.rendering import render
from models import Refusal
from services.actor import Actor
from translations import DEFAULT

# What of the form is not typed twice.
KEPT = ("reason", "until", "member", "username", "hours", "messages", "days")


async def field(name: str) -> str:
    """What was typed, without space around it; "" for nothing."""
    form: Any = await request.form
    return str(form.get(name, "")).strip()


async def is_sure() -> bool:
    """Whether they have been asked."""
    return await field("sure") != ""


async def asked(name: str) -> str:
    """What was typed into the form; else what the address has of it, to begin the form with."""
    form: Any = await request.form
    return str(form.get(name, request.args.get(name, ""))).strip()


async def confirm_then_ask(endpoint: str, **which: int | str) -> ResponseReturnValue:
    """The confirmation of the login has run out while the form was filled in: to confirm it, and
    from there to the same form with what was typed.
    """
    values: dict[str, Any] = {name: await field(name) for name in KEPT if await field(name)}
    there = url_for(endpoint, **values, **which)  # type: ignore[arg-type]
    return redirect(url_for("confirm.show", next=there), 303)


def confirmed_before(
    endpoint: str,
) -> Callable[[Callable[..., Awaitable[ResponseReturnValue]]], Callable[..., Any]]:
    """A view of a form whose service asks for a login that was confirmed of late: where it was not,
    to confirm it, and from there to the page of the form.
    """

    def decorate(view: Callable[..., Awaitable[ResponseReturnValue]]) -> Callable[..., Any]:
        @wraps(view)
        async def guarded(**which: int) -> ResponseReturnValue:
            try:
                return await view(**which)
            except Refusal as refusal:
                if refusal.code != "confirmation_required":
                    raise
            return await confirm_then_ask(endpoint, **which)

        return guarded

    return decorate


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
        reason=await asked("reason"),
        until=await asked("until"),
        hours=await asked("hours"),
        member=await asked("member"),
        problem=refusal.text(g.get("locale", DEFAULT)) if refusal else "",
    )
    return page, refusal.status if refusal else 200
