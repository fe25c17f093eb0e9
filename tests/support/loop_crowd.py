"""What tests.support.loop_turns asks for: many members, many rooms, the dearest texts."""

import json
import sqlite3
from contextlib import closing

MEMBERS, ROOMS, UNREAD, MESSAGES = 1_000, 500, 120, 200
ALICE, BOB = 1, 2  # Their ids.
# The ids of the room of all, of one with many names, of one whose texts are hard to compress, and
# of one with more readers than a room has, unless its operator says otherwise.
HALL, NAMES, MIXED, READ = 1, 2, 3, 4
READERS = 10_000
DENSE = "*a* " * 115  # Rendered, and as dear as the rules let a text be.
LONG = DENSE + "x" * 3_400
# Whoever it mentions has more names looked for, and each is as long to normalize as a name can be.
NAMED = "@alice " + ("@" + "\ufdfa" * 63 + " ") * 60
# The dearest to say in one line, for the list of rooms.
MARKED = "`" * 200 + "~~a" * 66


def fill(path: str) -> None:
    """Store a crowd, its room with the longest texts, and many rooms with something unread."""
    now = "2026-01-01 00:00:00+00:00"
    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "INSERT INTO user_account (username, username_key, password_hash, created_at)"
            " VALUES (?1, ?1, '', ?2)",
            [(f"member{number}", now) for number in range(MEMBERS - 1)],
        )
        db.executemany(
            "INSERT INTO room (name, kind, revision, change, created_at)"
            " VALUES (?1, 'room', ?2, ?2, ?3)",
            [("Hall", MESSAGES, now), *(("Room", UNREAD, now) for _ in range(ROOMS - 1))],
        )
        join = (
            "INSERT INTO membership (role, last_read, joined_at, room_id, user_id)"
            " SELECT 'member', 0, ?1, room.id, user_account.id FROM room JOIN user_account WHERE"
        )
        db.execute(f"{join} room.id = 1", [now])
        db.execute(f"{join} room.id > 1 AND user_account.id IN (?2, ?2 + 1)", [now, ALICE])
        say = (
            "INSERT INTO message (number, revision, change, body, created_at, author_id, room_id)"
            " SELECT number.value, number.value, number.value, {}, ?1, ?2 + 1, room.id"
            " FROM room JOIN json_each(?3) AS number WHERE room.id {} 1"
        )
        numbers = json.dumps(list(range(1, MESSAGES + 1)))
        db.execute(say.format("?4 || number.value", "="), [now, ALICE, numbers, LONG])
        db.execute(say.format("'x'", ">"), [now, ALICE, json.dumps(list(range(1, UNREAD + 1)))])
        fill_what_concerns(db, now)
        block = "INSERT INTO block (user_id, blocked_id, created_at) SELECT ?1, id, ?2"
        db.execute(f"{block} FROM user_account WHERE id > ?1 + 1", [ALICE, now])
        fill_with_readers(db, now)


def fill_what_concerns(db: sqlite3.Connection, now: str) -> None:
    """Let all in the hall concern alice, and give another room a thread of texts full of names."""
    db.execute("UPDATE message SET mentions = ? WHERE room_id = 1", [f"[{ALICE}]"])
    of_hall = "FROM message WHERE room_id = 1"
    activity = "INSERT INTO activity (room_id, number, user_id, kind, at)"
    db.execute(f"{activity} SELECT 1, number, ?, 'mention', ? {of_hall}", [ALICE, now])
    mention = "INSERT INTO mention (room_id, number, user_id, change, is_edit)"
    db.execute(f"{mention} SELECT 1, number, ?, number, 0 {of_hall}", [ALICE])
    db.execute("UPDATE message SET body = hex(randomblob(2000)) WHERE room_id = ?", [MIXED])
    named = "UPDATE message SET body = ?, mentions = ? WHERE room_id = ?"
    db.execute(named, [NAMED, f"[{ALICE}]", NAMES])
    db.execute(
        "UPDATE message SET thread = 1, reply_to = 1 WHERE room_id = ? AND number > 1", [NAMES]
    )


def fill_with_readers(db: sqlite3.Connection, now: str) -> None:
    """Let thousands have read a message of alice's, and not what she has made of it since."""
    db.executemany(
        "INSERT INTO user_account (username, username_key, password_hash, created_at)"
        " VALUES (?1, ?1, '', ?2)",
        [(f"reader{number}", now) for number in range(READERS)],
    )
    db.execute(
        "INSERT INTO membership (role, last_read, joined_at, room_id, user_id)"
        " SELECT 'member', 1, ?, ?, id FROM user_account WHERE username LIKE 'reader%'",
        [now, READ],
    )
    db.execute(
        "UPDATE message SET author_id = ?, kind = 'edited', edit_change = 9, edited_at = ?"
        " WHERE room_id = ? AND number = 1",
        [ALICE, now, READ],
    )
