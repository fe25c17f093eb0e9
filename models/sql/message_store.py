"""Group commit: many messages of many rooms, stored and numbered in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal

from errors import Refusal
from models.attached_file import files_as_json
from models.database import uncancelled
from models.sql.activity import insert_posted
from models.sql.attachments import Attachments
from models.sql.fast_path import Steps, as_stored, insert, is_on_sqlite, transact
from models.sql.held_posts import find_held
from models.sql.locked_rooms import LockedRooms
from models.sql.mentions import MentionedMembers, insert_mentions
from models.sql.message_rows import read_messages
from models.sql.values import flat, padded, table
from models.sql.writing_rules import WritingRules
from models.stored_message import SELECT, Post, Quote, StoredMessage, as_json

Key = tuple[int, int, str]
PostResult = tuple[StoredMessage, bool] | Refusal

_COLUMNS = "room_id, author_id, number, revision, change, client_id, body, created_at"
_MORE = "reply_to, thread, mentions, files"
_ACCEPT = "UPDATE membership SET request = '' WHERE room_id = $1 AND user_id = $2"


async def store(posts: Sequence[Post]) -> list[PostResult]:
    """Store posts in one transaction and say, for each in its place, what became of it.

    (message, True) was stored and has the next number of its room. (message, False) is the
    message that the same author stored with the same client_id before; nothing is stored again.
    A Refusal (not_a_member, held, room_archived, blocked, unblock_first, owners_only, slow_mode,
    bad_files) stores nothing.

    Raises:
        Whatever the database raises; then nothing at all was stored.
    """
    work = transact(_Batch(posts).steps())
    # Whoever waits for it may be cancelled. SQLite's thread ends what it has begun all the same,
    # without the twenty calls that a task of its own takes.
    return await (work if is_on_sqlite() else uncancelled(work))


class _Batch:
    """The transaction, statement by statement. The numbers of values are powers of two, where they
    stand in the text, so that few texts have to be parsed and planned, once each.
    """

    def __init__(self, posts: Sequence[Post]) -> None:
        self.posts = posts
        self.now = datetime.now(UTC)
        self.rooms = LockedRooms((post.room_id, post.author_id) for post in posts)
        self.mentioned = MentionedMembers(self.rooms)
        self.rules = WritingRules(self.rooms, self.now)
        self.files = Attachments(self.rooms.is_sqlite)
        self.fresh: list[StoredMessage] = []
        self.answers: list[tuple[int, int]] = []

    def steps(self) -> Steps[list[PostResult]]:
        yield from self.rooms.steps()
        yield from self.rules.steps((post.room_id, post.author_id) for post in self.posts)
        yield from self._find_known()
        yield from self._find_held()
        yield from self._find_quotes()
        yield from self.files.steps(self.posts)
        yield from self.mentioned.steps(
            {(post.room_id, name) for post in self.posts for name in post.named}
        )
        results = [self._result(post) for post in self.posts]
        if self.fresh:
            yield from self._insert()
            yield from self.files.store()
            yield from self._raise_heads()
            yield from self._accept()
            yield from self.rules.store()
        return results

    def _find_known(self) -> Steps[None]:
        self.known: dict[Key, StoredMessage] = {}
        posts = {key: post for post in self.posts if (key := _key(post)) is not None}
        if not posts:
            return
        keys = padded(list(posts))
        for row in (yield _select_known(len(keys)), flat(keys)):
            message = StoredMessage.from_row(row)
            if message.client_id is not None:
                key = (message.room_id, message.author_id, message.client_id)
                self.known[key] = message

    def _find_held(self) -> Steps[None]:
        """What waits under the client_id of a message: approved it is posted under that."""
        asked = {key for post in self.posts if post.is_of_new and (key := _key(post)) is not None}
        self.held: set[Key] = (yield from find_held(asked)) if asked else set()

    def _find_quotes(self) -> Steps[None]:
        self.quoted = yield from read_messages(
            (post.room_id, post.reply_to) for post in self.posts if post.reply_to is not None
        )

    def _result(self, post: Post) -> PostResult:
        try:
            return self._apply(post)
        except Refusal as refusal:
            return refusal

    def _apply(self, post: Post) -> tuple[StoredMessage, bool]:
        if (post.room_id, post.author_id) not in self.rooms.roles:
            raise Refusal("not_a_member")
        key = _key(post)
        if key is not None and key in self.known:
            return self.known[key], False
        self._check(post, key)
        stored = self._made(post)
        self.fresh.append(stored)
        if not post.is_approved:
            self.rules.post(post.room_id, post.author_id)
        if key is not None:
            self.known[key] = stored
        return stored, True

    def _made(self, post: Post) -> StoredMessage:
        quote = self._quote(post)
        files = self.files.of(post) if post.files else ()
        change, number = self.rooms.next_message(post.room_id)
        if files:
            self.files.attach(files, number)
        return StoredMessage(
            room_id=post.room_id,
            message_id=number,
            change=change,
            author_id=post.author_id,
            username=post.username,
            display_name=post.display_name,
            client_id=post.client_id,
            body=post.body,
            created_at=self.now,
            reply_to=post.reply_to,
            mentions=self._mentions(post),
            quote=quote,
            thread=self._thread(post),
            files=files,
            consent=self._consent(post, number) if post.room_id in self.rooms.direct else "",
        )

    def _check(self, post: Post, key: Key | None) -> None:
        if post.is_of_new and key in self.held:
            raise Refusal("held")
        self.rooms.check_writable(post.room_id)
        self.rules.check(post.room_id, post.author_id, has_pause=not post.is_approved)

    def _mentions(self, post: Post) -> tuple[int, ...]:
        named = post.named
        return self.mentioned.of(post.room_id, post.author_id, named) if named else ()

    def _quote(self, post: Post) -> Quote | None:
        if post.reply_to is None:
            return None
        quoted = self.quoted.get((post.room_id, post.reply_to))
        sees = self.rooms.sees(post.room_id, post.author_id, post.reply_to)
        if quoted is None or not sees:
            raise self.rooms.not_seen(post.room_id, post.reply_to)
        if quoted.is_deleted:
            raise Refusal("gone")
        return quoted.as_quote()

    def _thread(self, post: Post) -> int | None:
        if post.reply_to is None:
            return None
        quoted = self.quoted[post.room_id, post.reply_to]
        return quoted.thread or quoted.message_id

    def _consent(self, post: Post, number: int) -> Literal["", "asked", "given"]:
        # Answering accepts.
        if (post.room_id, post.author_id) in self.rooms.requests:
            self.rooms.requests.remove((post.room_id, post.author_id))
            self.answers.append((post.room_id, post.author_id))
            return "given"
        return "asked" if number == 1 else ""

    def _accept(self) -> Steps[None]:
        for pair in self.answers:
            yield _ACCEPT, pair

    def _insert(self) -> Steps[None]:
        # Most messages have none of the last columns: they are not to pay for them.
        plain: list[StoredMessage] = []
        others: list[StoredMessage] = []
        for m in self.fresh:
            is_plain = m.reply_to is None and not m.mentions and not m.files
            (plain if is_plain else others).append(m)
        types, now = self._types(), as_stored(self.now)
        yield from insert(f"message ({_COLUMNS})", [_values(m, now) for m in plain], *types)
        values = [(*_values(m, now), *_more(m)) for m in others]
        more = "BIGINT", "BIGINT", "TEXT", "TEXT"
        yield from insert(f"message ({_COLUMNS}, {_MORE})", values, *types, *more)
        yield from insert_mentions(
            [(m.room_id, m.message_id, who, m.change, False) for m in others for who in m.mentions]
        )
        yield from insert_posted(others, now, types[-1])

    def _types(self) -> tuple[str, ...]:
        time = "TEXT" if self.rooms.is_sqlite else "TIMESTAMPTZ"
        return ("BIGINT", "BIGINT", "BIGINT", "BIGINT", "BIGINT", "TEXT", "TEXT", time)

    def _raise_heads(self) -> Steps[None]:
        rooms = {m.room_id for m in self.fresh}
        heads = padded([(room_id, *self.rooms.heads[room_id]) for room_id in sorted(rooms)])
        yield _update_heads(len(heads)), [*flat(heads), as_stored(self.now)]


@lru_cache
def _select_known(count: int) -> str:
    return (
        f"{SELECT} JOIN {table(count, 'BIGINT', 'BIGINT', 'TEXT')} AS asked"
        " ON message.room_id = asked.column1 AND author_id = asked.column2"
        " AND client_id = asked.column3"
    )


@lru_cache
def _update_heads(count: int) -> str:
    return (
        "UPDATE room SET change = head.column2, revision = head.column3,"
        f" last_message_at = ${3 * count + 1}"
        f" FROM {table(count, 'BIGINT', 'BIGINT', 'BIGINT')} AS head WHERE id = head.column1"
    )


def _values(m: StoredMessage, now: object) -> Sequence[object]:
    number = m.message_id
    return (m.room_id, m.author_id, number, number, m.change, m.client_id, m.body, now)


def _more(m: StoredMessage) -> Sequence[object]:
    return m.reply_to, m.thread, as_json(m.mentions), files_as_json(m.files)


def _key(post: Post) -> Key | None:
    return None if post.client_id is None else (post.room_id, post.author_id, post.client_id)
