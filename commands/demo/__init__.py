"""`quart --app app demo`: a database full of people, rooms and talk, to click through."""

import asyncio
from datetime import UTC, datetime

import click

from commands.demo.stories import read_stories
from commands.demo.writing import write
from config import Settings, tortoise_config
from models import User
from models.database import DatabaseUnusable, close_database, open_database

# Everybody's, and no secret: the command refuses to touch a database that has people in it.
PASSWORD = "beseda-demo"  # noqa: S105


@click.command("demo")
def demo() -> None:
    """Fill an empty database with people, rooms and a lively history."""
    click.echo(asyncio.run(_with_database()))


async def _with_database() -> str:
    try:
        await open_database(tortoise_config(Settings.from_environment()))
    except DatabaseUnusable as problem:
        raise click.ClickException(str(problem)) from None
    try:
        return await _fill()
    finally:
        await close_database()


async def _fill() -> str:
    stories = read_stories(datetime.now(UTC))
    people = list(dict.fromkeys(name for story in stories for name in story.people))
    login = f"Log in as {', '.join(people)}; everybody's password is {PASSWORD}."
    if await User.named(people[0]) and await User.named(people[-1]):
        return f"The demo is in this database already. {login}"
    if await User.exists():
        raise click.ClickException("This database has people in it. The demo needs an empty one.")
    count = await write(stories, people, PASSWORD)
    return f"Made {len(people)} people, {len(stories)} rooms and {count} messages. {login}"
