"""`quart --app app admin …`: accounts, from the server's own command line."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import click

from config import BadSetting, Settings, tortoise_config
from models import Refusal, User
from models.account_erasure import Messages, erase_account
from models.administration import disable, enable, make_account, set_server_role
from models.claim_links import DAYS_MAX, LIFETIME, make_claim_links
from models.database import DatabaseUnusable, close_database, open_database
from models.password_reset import PasswordReset
from models.second_factors import clear_factors
from models.site_settings import change_setting
from protocol.csv_table import harmless, table

T = TypeVar("T")

RESET_PATH = "/reset/"
ALL = 10**9
_reason = click.option(
    "--reason", default="", help="Why: it is shown to them, and in the audit log."
)
_url = click.option("--url", default="", help="Where the site is: https://chat.example.org")


def _end(_: click.Context, __: click.Parameter, typed: str | None) -> datetime | None:
    if typed is None:
        return None
    try:
        end = datetime.fromisoformat(typed)
        # SQLite compares times as texts.
        end = (end if end.tzinfo else end.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        problem = f"{typed!r} is no date like 2030-12-24, nor a time like 2030-12-24T18:00"
        raise click.BadParameter(problem) from None
    if end <= datetime.now(UTC):
        raise click.BadParameter(f"{typed!r} is over: the end has to be in the future")
    return end


@click.group("admin")
def admin() -> None:
    """Accounts: make, list, disable and enable them, make administrators, reset passwords."""


@admin.command("list")
@click.option("--admins", is_flag=True, help="Administrators alone.")
def list_accounts(admins: bool) -> None:
    """List accounts: number, name, role, state, when they were last here; tabs between."""
    people = _run(
        lambda: User.filter(**({"server_role": User.ADMIN} if admins else {})).order_by("id")
    )
    for user in people:
        seen = user.last_seen.isoformat(timespec="minutes") if user.last_seen else "-"
        role, state = user.server_role or "member", user.state or "active"
        click.echo(f"{user.id}\t{user.username}\t{role}\t{state}\t{seen}")


@admin.command("make")
@click.argument("name")
@click.option("--admin", "is_admin", is_flag=True, help="As an administrator.")
@_url
def make(name: str, is_admin: bool, url: str) -> None:
    """Make an account, and print the link by which its owner chooses a password."""
    click.echo(_link(url, _run(lambda: make_account(name, None, is_admin=is_admin))))


@admin.command("reset")
@click.argument("name")
@_url
def reset(name: str, url: str) -> None:
    """Print a link by which somebody who has forgotten their password chooses another. It works
    once, for a day.
    """
    click.echo(_link(url, _run(lambda: _reset(name))))


@admin.command("claim-links")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=LIFETIME.days, show_default=True)
@_url
def claim(days: int, url: str) -> None:
    """Make links for all accounts that an import has made, and nobody can log in to yet: a line
    each, as CSV, with the name, the name that others see, and the link. It works once; an earlier
    one ends.
    """
    made = _run(lambda: make_claim_links(None, timedelta(days=days), ALL))
    rows = [
        (harmless(each.username), harmless(each.display_name), _link(url, each.token))
        for each in made
    ]
    click.echo(table(rows), nl=False)


@admin.command("grant")
@click.argument("name")
@_reason
def grant(name: str, reason: str) -> None:
    """Make somebody an administrator."""
    _run(lambda: _of(name, lambda user: set_server_role(user, User.ADMIN, None, reason)))


@admin.command("revoke")
@click.argument("name")
@_reason
def revoke(name: str, reason: str) -> None:
    """Make an administrator a member like others."""
    _run(lambda: _of(name, lambda user: set_server_role(user, "", None, reason)))


@admin.command("disable")
@click.argument("name")
@_reason
@click.option(
    "--until",
    callback=_end,
    help="When they may log in again: 2030-12-24, or 2030-12-24T18:00; in UTC without an offset.",
)
def disable_account(name: str, reason: str, until: datetime | None) -> None:
    """Let somebody log in no more, or not for some time. A running server closes their connections
    within half a minute.
    """
    _run(lambda: _of(name, lambda user: disable(user, None, reason, until)))


@admin.command("enable")
@click.argument("name")
@_reason
def enable_account(name: str, reason: str) -> None:
    """Let somebody log in again, or for the first time where accounts are approved."""
    _run(lambda: _of(name, lambda user: enable(user, None, reason)))


@admin.command("delete")
@click.argument("name")
@click.option(
    "--messages",
    type=click.Choice(["keep", "delete"]),
    required=True,
    help="Keep what they have written, without their name, or delete it too.",
)
@_reason
def delete_account(name: str, messages: Messages, reason: str) -> None:
    """Delete an account, for good. A running server closes their connections within half a minute,
    and takes them out of their rooms; else the next one that starts.
    """
    locale = Settings.from_environment().locale
    _run(lambda: _of(name, lambda user: erase_account(user, None, messages, locale, reason)))


@admin.command("clear-factors")
@click.argument("name")
@_reason
def clear(name: str, reason: str) -> None:
    """Take away app codes, passkeys and recovery codes of somebody who has lost them: the password
    alone logs them in, and whoever has none needs `reset`. Be sure who asks for it.
    """
    _run(lambda: _of(name, lambda user: clear_factors(user, None, None, reason)))


@admin.command("require-factor")
@click.argument("value", type=click.Choice(["on", "off"]))
def require_factor(value: str) -> None:
    """Whether administrators have their rights only with a second factor."""
    _run(lambda: change_setting("admins_need_factor", value == "on", None))


async def _reset(name: str) -> str:
    return await _of(name, lambda user: PasswordReset.make(user, None))


async def _of(name: str, act: Callable[[User], Awaitable[T]]) -> T:
    user = await User.named(name)
    if user is None:
        raise Refusal("unknown_user", username=name[: User.USERNAME_MAX])
    return await act(user)


def _link(url: str, token: str) -> str:
    return url.rstrip("/") + RESET_PATH + token


def _run(work: Callable[[], Awaitable[T]]) -> T:
    try:
        return asyncio.run(_opened(work))
    except Refusal as refusal:
        raise click.ClickException(refusal.text("en")) from None


async def _opened(work: Callable[[], Awaitable[T]]) -> T:
    try:
        await open_database(tortoise_config(Settings.from_environment()))
    except DatabaseUnusable as problem:
        raise BadSetting("DATABASE_URL", str(problem)) from None
    try:
        return await work()
    finally:
        await close_database()
