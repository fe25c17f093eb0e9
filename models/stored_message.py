"""A message as it is in the database, and what somebody wants stored."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from models.attached_file import AttachedFile, files_of
from models.database import moment
from models.mentioned_names import names_in
from models.room_change import REMOVAL
from models.sql.fast_path import Row
from models.sql.values import table

EVERYBODY = 0  # In the place of a user's id: everybody in the room is mentioned, by @all.


TALLY_USERS_MAX = 50  # Of one emoji, those who are told by name.


class Tally(Struct, frozen=True):
    """One emoji under a message: how often, and by whom first; at most 50 of them."""

    emoji: str
    count: int
    user_ids: list[int]

    def added(self, user_id: int) -> "Tally":
        """With one more, of this user."""
        return Tally(self.emoji, self.count + 1, [*self.user_ids, user_id][:TALLY_USERS_MAX])

    def taken(self, user_id: int) -> "Tally":
        """Without this user's."""
        users = [each for each in self.user_ids if each != user_id]
        return Tally(self.emoji, self.count - 1, users)

    @property
    def lacks_users(self) -> bool:
        """Whether of more users than it names one of the first has gone."""
        return len(self.user_ids) < min(self.count, TALLY_USERS_MAX)


class Quote(Struct, frozen=True):
    """The message that another one replies to, as it is now; `edit_change` is the change by which
    its text was last edited. Of one that the reader does not see there is who has written it, for
    those who look whom it concerns, and nothing else.
    """

    message_id: int
    author_id: int
    username: str
    display_name: str
    body: str
    is_deleted: bool
    is_unseen: bool = False
    is_expired: bool = False
    edit_change: int | None = None

    @classmethod
    def expired(cls, message_id: int) -> "Quote":
        """Of a message that is not there any more."""
        return cls(message_id, 0, "", "", "", is_deleted=False, is_unseen=True, is_expired=True)

    def unseen(self) -> "Quote":
        """For who does not see it."""
        if self.is_expired:
            return self
        return Quote(self.message_id, self.author_id, "", "", "", is_deleted=False, is_unseen=True)


class StoredMessage(Struct, frozen=True):
    """A message with its author's names.

    Attributes:
        change: the number of its last change, and `kind` what that was (None: it was posted),
            by whom (`changed_by`).
        made_change: the change by which it was posted, where another one has come since.
        edit_change: the change by which its text was last edited, or it was removed with others.
        pin_change: the change by which it was pinned, while it is.
        is_edited_after_read: whether somebody else had read a text that an edit then replaced.
        thread: of a reply, the message that its thread begins with; of a deleted one as well.
        files: what it has been posted with, but for those that its author has removed.
        mentions: the members whom it mentions; EVERYBODY among them for @all.
        quote: the message that it replies to, where it has been read.
        consent: of a direct conversation, when the message has just been stored: what it means to
            the other one's list.
    """

    room_id: int
    message_id: int
    change: int
    author_id: int
    username: str
    display_name: str
    client_id: str | None
    body: str
    created_at: datetime
    kind: str | None = None
    changed_by: int | None = None
    made_change: int | None = None
    edit_change: int | None = None
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: int | None = None
    pin_change: int | None = None
    mentions: tuple[int, ...] = ()
    tallies: tuple[Tally, ...] = ()
    is_edited_after_read: bool = False
    thread: int | None = None
    files: tuple[AttachedFile, ...] = ()
    quote: Quote | None = None
    consent: Literal["", "asked", "given"] = ""

    @classmethod
    def from_row(cls, row: Row) -> "StoredMessage":
        """Of a row of SELECT."""
        if row[9:] == _PLAIN:  # Most are: 0.3 µs instead of 1.2.
            return cls(*(*row[:8], moment(row[8])))
        kind, changed_by, made, edit, edited_at, deleted_at, reply_to, pin = row[9:17]
        change = edit if kind == REMOVAL else row[2]
        times = moment(edited_at), moment(deleted_at)
        mentions = _mentions.decode(row[17]) if row[17] else ()
        tallies = _tallies.decode(row[18]) if row[18] else ()
        began = (*row[:2], change, *row[3:8], moment(row[8]), kind, changed_by, made, edit)
        ends = bool(row[19]), row[20], files_of(row[21])
        return cls(*(*began, *times, reply_to, pin, mentions, tallies, *ends))

    @property
    def is_edited_since(self) -> bool:
        """Whether what it replies to has got another text since it was posted."""
        edit = self.quote.edit_change if self.quote else None
        return edit is not None and edit > (self.made_change or self.change)

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None

    @property
    def posted_by(self) -> int:
        """The change by which it was posted."""
        return self.change if self.made_change is None else self.made_change

    def emptied(self) -> "StoredMessage":
        """What deletion leaves of it."""
        return replace(
            self,
            body="",
            edited_at=None,
            reply_to=None,
            pin_change=None,
            mentions=(),
            tallies=(),
            is_edited_after_read=False,
            files=(),
            quote=None,
        )

    def as_quote(self) -> Quote:
        """What a reply to it shows."""
        return Quote(
            self.message_id,
            self.author_id,
            self.username,
            self.display_name,
            self.body,
            self.is_deleted,
            edit_change=self.edit_change,
        )


class Post(Struct, frozen=True):
    """A message that somebody wants stored. `body` has been checked. `names` are those in it, where
    they have been looked for: many posts are stored at once, and each is to pay for its own.
    `is_of_new`: its author's account is new, and what waits under its client_id is not passed by.
    `is_approved`: it has waited itself, and slow mode has nothing to do with it. `files` are ids.
    """

    room_id: int
    author_id: int
    username: str
    body: str
    client_id: str | None = None
    display_name: str = ""
    reply_to: int | None = None
    names: tuple[str, ...] | None = None
    is_of_new: bool = False
    is_approved: bool = False
    files: tuple[int, ...] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Keys of the usernames that the text mentions."""
        return names_in(self.body) if self.names is None else self.names


COLUMNS = (
    "message.room_id, message.number, message.change, message.author_id, username, display_name,"
    " message.client_id, message.body, message.created_at, message.kind, message.changed_by,"
    " message.made_change, message.edit_change, message.edited_at, message.deleted_at,"
    " message.reply_to, message.pin_change, message.mentions, message.tallies,"
    " message.is_edited_after_read, message.thread, message.files"
)
SELECT = f"SELECT {COLUMNS} FROM message JOIN user_account ON user_account.id = message.author_id"


def select_messages(count: int) -> str:
    """Select so many messages by (room, message_id)."""
    asked = table(count, "BIGINT", "BIGINT")
    return f"{SELECT} JOIN {asked} AS asked ON message.room_id = column1 AND number = column2"


_PLAIN = (None,) * 13
_mentions = msgspec.json.Decoder(tuple[int, ...])
_tallies = msgspec.json.Decoder(tuple[Tally, ...])


def as_json(values: tuple[int, ...] | tuple[Tally, ...]) -> str | None:
    """As a column keeps them: NULL for none."""
    return msgspec.json.encode(values).decode() if values else None
