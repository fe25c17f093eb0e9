"""Group commit: many messages of many rooms, stored and numbered in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tortoise import connections

from models.database import is_sqlite, moment, uncancelled
from models.direct import Steps, as_stored, transact
from models.errors import Refusal
from models.message import Draft, Stored
from models.values import flat, marks, padded, powers, rows, table

Key = tuple[int, int, str]
Outcome = tuple[Stored, bool] | Refusal

_INSERT = (
    "INSERT INTO message (room_id, author_id, number, revision, client_id, body, created_at) VALUES"
)


async def store(drafts: Sequence[Draft]) -> list[Outcome]:
    """Store drafts in one transaction and say, for each in its place, what became of it.

    (message, True) was stored and has the next number of its room. (message, False) is the
    message that the same author stored with the same client_id before; nothing is stored again.
    A Refusal (not_a_member) stores nothing.

    Raises:
        Whatever the database raises; then nothing at all was stored.
    """
    return await uncancelled(transact(_Batch(drafts).steps()))


class _Batch:
    """The transaction, statement by statement. The numbers of values are powers of two, so that
    few texts have to be parsed and planned, once each.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.drafts = drafts
        self.now = datetime.now(UTC)
        self.is_sqlite = is_sqlite(connections.get("default"))
        self.fresh: list[Stored] = []

    def steps(self) -> Steps[list[Outcome]]:
        # The locks come first: all that is read below stays true until commit, also when two
        # processes are handed the same client_id.
        yield from self._lock()
        yield from self._find_members()
        yield from self._find_known()
        outcomes = [self._place(draft) for draft in self.drafts]
        if self.fresh:
            yield from self._insert()
            yield from self._raise_heads()
        return outcomes

    def _lock(self) -> Steps[None]:
        # In ascending order: two processes that lock the same rooms never deadlock.
        rooms = padded(sorted({draft.room_id for draft in self.drafts}))
        sql = f"SELECT id, revision FROM room WHERE id IN ({marks(len(rooms))}) ORDER BY id"
        # SQLite has locked the whole database already.
        found = yield sql if self.is_sqlite else f"{sql} FOR UPDATE", rooms
        self.heads: dict[int, int] = dict(found)

    def _find_members(self) -> Steps[None]:
        pairs = padded(list({(draft.room_id, draft.author_id) for draft in self.drafts}))
        sql = (
            "SELECT room_id, user_id FROM membership JOIN"
            f" {table(len(pairs), 'BIGINT', 'BIGINT')} AS asked"
            " ON room_id = asked.column1 AND user_id = asked.column2"
        )
        found = yield sql, flat(pairs)
        self.members = {(room_id, user_id) for room_id, user_id in found}

    def _find_known(self) -> Steps[None]:
        self.known: dict[Key, Stored] = {}
        drafts = {key: draft for draft in self.drafts if (key := _key(draft)) is not None}
        if not drafts:
            return
        keys = padded(list(drafts))
        sql = (
            "SELECT room_id, author_id, client_id, number, revision, body, created_at FROM message"
            f" JOIN {table(len(keys), 'BIGINT', 'BIGINT', 'TEXT')} AS asked"
            " ON room_id = asked.column1 AND author_id = asked.column2"
            " AND client_id = asked.column3"
        )
        found = yield sql, flat(keys)
        for room_id, author_id, client_id, number, revision, body, created_at in found:
            key = (room_id, author_id, client_id)
            self.known[key] = Stored(
                room_id=room_id,
                number=number,
                revision=revision,
                author_id=author_id,
                username=drafts[key].username,
                display_name=drafts[key].display_name,
                client_id=client_id,
                body=body,
                created_at=moment(created_at),
            )

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
            display_name=draft.display_name,
            client_id=draft.client_id,
            body=draft.body,
            created_at=self.now,
        )
        self.fresh.append(stored)
        if key is not None:
            self.known[key] = stored
        return stored, True

    def _insert(self) -> Steps[None]:
        time = "TEXT" if self.is_sqlite else "TIMESTAMPTZ"
        types = ("BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", time)
        now = as_stored(self.now)
        messages = [
            (m.room_id, m.author_id, m.number, m.revision, m.client_id, m.body, now)
            for m in self.fresh
        ]
        for some in powers(messages):
            yield f"{_INSERT} {rows(len(some), *types)}", flat(some)

    def _raise_heads(self) -> Steps[None]:
        rooms = {m.room_id for m in self.fresh}
        heads = padded([(room_id, self.heads[room_id]) for room_id in sorted(rooms)])
        sql = (
            f"UPDATE room SET revision = head.column2, last_message_at = ${2 * len(heads) + 1}"
            f" FROM {table(len(heads), 'BIGINT', 'BIGINT')} AS head WHERE id = head.column1"
        )
        yield sql, [*flat(heads), as_stored(self.now)]


def _key(draft: Draft) -> Key | None:
    return None if draft.client_id is None else (draft.room_id, draft.author_id, draft.client_id)
