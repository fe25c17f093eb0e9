"""Group commit: many messages of many rooms, stored and numbered in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tortoise.backends.base.client import BaseDBAsyncClient

from models.database import atomically, fetch, placeholders
from models.errors import Refusal
from models.message import Draft, Message, Stored
from models.room import Room

Key = tuple[int, int, str]
Outcome = tuple[Stored, bool] | Refusal


async def store(drafts: Sequence[Draft]) -> list[Outcome]:
    """Store drafts in one transaction and say, for each in its place, what became of it.

    (message, True) was stored and has the next number of its room. (message, False) is the
    message that the same author stored with the same client_id before; nothing is stored again.
    A Refusal (not_a_member) stores nothing.

    Raises:
        Whatever the database raises; then nothing at all was stored.
    """

    async def work(connection: BaseDBAsyncClient) -> list[Outcome]:
        return await _Batch(drafts, connection).store()

    return await atomically(work)


class _Batch:
    def __init__(self, drafts: Sequence[Draft], connection: BaseDBAsyncClient) -> None:
        self.drafts = drafts
        self.connection = connection
        self.now = datetime.now(UTC)
        self.fresh: list[Stored] = []

    async def store(self) -> list[Outcome]:
        # The locks come first: all that is read below stays true until commit, also when two
        # processes are handed the same client_id.
        self.heads = await Room.lock(list({d.room_id for d in self.drafts}), self.connection)
        self.members = await self._members()
        self.known = await self._known()
        outcomes = [self._place(draft) for draft in self.drafts]
        if self.fresh:
            await self._insert()
        return outcomes

    def _place(self, draft: Draft) -> Outcome:
        if (draft.room_id, draft.author_id) not in self.members:
            return Refusal("not_a_member")
        key = _key(draft)
        if key is not None and key in self.known:
            return self.known[key], False
        number = self.heads[draft.room_id] = self.heads[draft.room_id] + 1
        stored = Stored(
            room_id=draft.room_id,
            number=number,
            revision=number,
            author_id=draft.author_id,
            username=draft.username,
            client_id=draft.client_id,
            body=draft.body,
            created_at=self.now,
        )
        self.fresh.append(stored)
        if key is not None:
            self.known[key] = stored
        return stored, True

    async def _members(self) -> set[tuple[int, int]]:
        rooms = sorted(self.heads)
        authors = sorted({draft.author_id for draft in self.drafts})
        if not rooms:
            return set()
        rows = await fetch(
            f"SELECT room_id, user_id FROM membership WHERE room_id IN ({placeholders(rooms)})"
            f" AND user_id IN ({placeholders(authors, len(rooms) + 1)})",
            *rooms,
            *authors,
            connection=self.connection,
        )
        return {(row["room_id"], row["user_id"]) for row in rows}

    async def _known(self) -> dict[Key, Stored]:
        keys = [key for draft in self.drafts if (key := _key(draft)) is not None]
        if not keys:
            return {}
        columns = [sorted(set(column)) for column in zip(*keys, strict=True)]
        rooms, authors, clients = columns
        rows = await fetch(
            "SELECT room_id, number, revision, author_id, username, client_id, body,"
            " message.created_at FROM message"
            " JOIN user_account ON user_account.id = message.author_id"
            f" WHERE room_id IN ({placeholders(rooms)})"
            f" AND author_id IN ({placeholders(authors, 1 + len(rooms))})"
            f" AND client_id IN ({placeholders(clients, 1 + len(rooms) + len(authors))})",
            *rooms,
            *authors,
            *clients,
            connection=self.connection,
        )
        found = [Stored.from_row(row) for row in rows]
        return {(m.room_id, m.author_id, m.client_id or ""): m for m in found}

    async def _insert(self) -> None:
        await Message.bulk_create(
            [
                Message(
                    room_id=m.room_id,
                    author_id=m.author_id,
                    number=m.number,
                    revision=m.revision,
                    client_id=m.client_id,
                    body=m.body,
                    created_at=m.created_at,
                )
                for m in self.fresh
            ],
            using_db=self.connection,
        )
        for room_id in sorted({m.room_id for m in self.fresh}):
            await (
                Room.filter(id=room_id)
                .using_db(self.connection)
                .update(revision=self.heads[room_id], last_message_at=self.now)
            )


def _key(draft: Draft) -> Key | None:
    return None if draft.client_id is None else (draft.room_id, draft.author_id, draft.client_id)
