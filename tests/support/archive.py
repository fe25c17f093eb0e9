"""A room with a long past or with many people, written straight into the database."""

from datetime import UTC, datetime, timedelta

from models import Membership, Message, Room, User
from tests.support.tables import opened


async def fill(
    database_url: str, room_id: int, authors: list[int], count: int, step: timedelta
) -> None:
    """Store `count` messages, "message 1" the first, by the authors in turn, `step` apart, the
    last one now.
    """
    start = datetime.now(UTC) - step * count
    async with opened(database_url):
        messages = [
            Message(
                room_id=room_id,
                author_id=authors[number % len(authors)],
                number=number,
                revision=number,
                change=number,
                body=f"message {number}",
                created_at=start + step * number,
            )
            for number in range(1, count + 1)
        ]
        await Message.bulk_create(messages, batch_size=1000)
        await Room.filter(id=room_id).update(
            revision=count, change=count, last_message_at=datetime.now(UTC)
        )


async def crowd(database_url: str, room_id: int, count: int) -> None:
    """Let `count` users into the room, who cannot log in and have never been here."""
    names = [f"guest{number:04}" for number in range(count)]
    async with opened(database_url):
        guests = [User(username=name, username_key=name, password_hash="none") for name in names]
        await User.bulk_create(guests, batch_size=500)
        ids = await User.filter(username__in=names).values_list("id", flat=True)
        members = [Membership(room_id=room_id, user_id=id_) for id_ in ids]
        await Membership.bulk_create(members, batch_size=500)
