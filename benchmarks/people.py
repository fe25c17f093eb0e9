"""People and rooms, written straight into the database: a thousand logins in a second."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from itsdangerous import URLSafeTimedSerializer
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.functions import Count, Max
from tortoise.models import Model
from tortoise.timezone import now

from config import Settings, tortoise_config
from models import Membership, Message, Room, Session, User
from models.sql.fast_path import close_fast_path, open_fast_path

SECRET_KEY = "the-benchmarks-secret-key-0123456789"  # noqa: S105 - signs for one run
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is logged in."""

    id: int
    cookie: str


@dataclass(frozen=True, slots=True)
class Place:
    """A room and who is in it."""

    id: int
    people: list[Person]


def layout(rooms: int, size: int) -> list[list[int]]:
    """`rooms` rooms of `size` people each, nobody in two of them: the people's numbers from 0."""
    return [list(range(room * size, (room + 1) * size)) for room in range(rooms)]


def invented(rooms: list[list[int]]) -> list[Place]:
    """The same for a server that knows nobody: ids from 1, no cookies."""
    return [
        Place(number, [Person(one + 1, "") for one in people])
        for number, people in enumerate(rooms, 1)
    ]


async def settle(database_url: str, rooms: list[list[int]]) -> list[Place]:
    """Store the people, their logins and these rooms, beside whatever is there."""
    async with opened(database_url):
        first, first_room = await _free(User), await _free(Room)
        people = [
            Person(first + one, cookie(first + one))
            for one in range(max(max(room) for room in rooms) + 1)
        ]
        places = [
            Place(first_room + number, [people[one] for one in room])
            for number, room in enumerate(rooms)
        ]
        await _store(people, places)
    return places


async def stored(database_url: str, room_ids: list[int]) -> dict[int, tuple[int, int]]:
    """How many messages each room has, and the highest number among them."""
    async with opened(database_url):
        rows = (
            await Message.filter(room_id__gte=min(room_ids), room_id__lte=max(room_ids))
            .annotate(count=Count("id"), highest=Max("number"))
            .group_by("room_id")
            .values("room_id", "count", "highest")
        )
    return {row["room_id"]: (row["count"], row["highest"]) for row in rows}


def cookie(user_id: int) -> str:
    """The Cookie header of this user's login, signed as Quart-Auth does it."""
    signer = URLSafeTimedSerializer(
        SECRET_KEY, "quart auth salt", signer_kwargs={"digest_method": hashlib.sha512}
    )
    return f"beseda={signer.dumps(_token(user_id))!s}"


@asynccontextmanager
async def opened(database_url: str) -> AsyncIterator[None]:
    """The models, on this database, for this block."""
    EXECUTOR_CACHE.clear()  # It is kept by a name that is the same for SQLite and PostgreSQL.
    async with TortoiseContext() as context:
        await context.init(config=tortoise_config(Settings(database_url=database_url)))
        open_fast_path()
        try:
            yield
        finally:
            close_fast_path()


def _token(user_id: int) -> str:
    return f"{user_id:043d}"


async def _free(model: type[Model]) -> int:
    rows = await model.all().order_by("-id").limit(1).values_list("id", flat=True)
    return int(str(rows[0])) + 1 if rows else 1


async def _store(people: list[Person], places: list[Place]) -> None:
    await User.bulk_create([_user(one.id) for one in people], batch_size=BATCH)
    await Session.bulk_create([_session(one.id) for one in people], batch_size=BATCH)
    rooms = [Room(id=place.id, name=f"Room {place.id}") for place in places]
    await Room.bulk_create(rooms, batch_size=BATCH)
    members = [
        Membership(room_id=place.id, user_id=one.id) for place in places for one in place.people
    ]
    await Membership.bulk_create(members, batch_size=BATCH)


def _user(user_id: int) -> User:
    # Nobody logs in by password here, and Argon2 would take 20 ms for each of them.
    name = f"person{user_id}"
    return User(id=user_id, username=name, username_key=name, password_hash="none")  # noqa: S106


def _session(user_id: int) -> Session:
    return Session(
        user_id=user_id,
        token_digest=hashlib.sha256(_token(user_id).encode()).hexdigest(),
        expires_at=now() + Session.LIFETIME,
    )
