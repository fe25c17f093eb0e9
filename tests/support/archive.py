"""A room with a long past, written straight into the database."""

from datetime import UTC, datetime, timedelta

from models import Message, Room
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
                body=f"message {number}",
                created_at=start + step * number,
            )
            for number in range(1, count + 1)
        ]
        await Message.bulk_create(messages, batch_size=1000)
        await Room.filter(id=room_id).update(revision=count, last_message_at=datetime.now(UTC))
