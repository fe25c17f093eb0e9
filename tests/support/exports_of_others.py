"""Exports of other chats, as small as they can be: files that the importer is given."""

import base64
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

DAY = 1_704_103_200  # 2024-01-01 10:00 UTC.
Things = Mapping[str, Any]


def ts(second: int) -> str:
    """Return a time stamp of Slack's."""
    return f"{DAY + second}.000100"


def said(second: int, text: str, user: str = "U1", **fields: Any) -> Things:
    """Return a message of Slack's."""
    return {"type": "message", "ts": ts(second), "user": user, "text": text, **fields}


PEOPLE: list[Things] = [
    {"id": "U1", "name": "anna", "profile": {"real_name": "Anna Kim", "email": "anna@example.org"}},
    {"id": "U2", "name": "bob", "profile": {"display_name": "Bobby"}},
    {"id": "U3", "name": "gone one", "deleted": True, "profile": {}},
    {"id": "B1", "name": "robot", "is_bot": True, "profile": {}},
]
MEMBERS = ["U1", "U2", "U3", "B1"]
GENERAL: Things = {
    "id": "C1",
    "name": "general",
    "creator": "U2",
    "members": MEMBERS,
    "purpose": {"value": "Everything"},
    "pins": [{"id": ts(0)}],
}
THUMBS = {"name": "thumbsup", "users": ["U2", "U3", "U9"]}
TALK: list[Things] = [
    said(
        0,
        "Hello <@U2>, *look*: <https://example.org/a_b|here> &amp; `x &lt; y`",
        reactions=[THUMBS],
    ),
    said(1, "A reply", "U2", thread_ts=ts(0), edited={"user": "U2", "ts": ts(5)}),
    said(2, "joined", "U2", subtype="channel_join"),
    said(3, "I am one", "B1", bot_id="B1"),
    said(4, "", "U3", files=[{"name": "plan.pdf"}, {"name": "photo.png"}]),
    said(5, "Lost words", "U9"),
    said(6, "A reply to nothing", thread_ts=ts(-9)),
    said(7, "word " * 1_500),
    said(10**10, "From tomorrow"),
]


def slack(path: Path, talk: list[Any] | None = None, **files: Any) -> Path:
    """Write an export of Slack; `files` by their names, with "__" for "/" and without ".json"."""
    contents: dict[str, Any] = {
        "users": PEOPLE,
        "channels": [GENERAL],
        "dms": [{"id": "D1", "members": ["U1", "U2"]}, {"id": "D2", "members": ["U1"]}],
        "general__2024-01-01": TALK if talk is None else talk,
        "D1__2024-01-01": [said(0, "Between us"), said(1, "Yes", "U2")],
        **files,
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            data = content if isinstance(content, bytes) else json.dumps(content)
            archive.writestr(f"{name.replace('__', '/')}.json", data)
    return path


def mattermost(path: Path, *more: str) -> Path:
    """Write a bulk export of Mattermost."""
    at = DAY * 1_000
    channel = {"team": "t", "name": "town", "display_name": "Town", "type": "P", "header": "Square"}
    roles = [{"name": "t", "channels": [{"name": "town", "roles": "channel_user channel_admin"}]}]
    plain = [{"name": "t", "channels": [{"name": "town", "roles": "channel_user"}]}]
    reply = {"user": "bob", "message": "Yes :tada:", "create_at": at + 2_000}
    post = {
        "team": "t",
        "channel": "town",
        "user": "anna",
        "message": "Hi @bob, **bold**",
        "create_at": at + 1_000,
        "edit_at": at + 1_500,
        "is_pinned": True,
        "reactions": [{"user": "bob", "emoji_name": "heart", "create_at": at}],
        "attachments": [{"path": "data/a/plan.pdf"}],
        "replies": [reply],
    }
    # Not in the order of time.
    early = {**post, "message": "First", "create_at": at, "replies": [], "is_pinned": False}
    joined = {**early, "type": "system_join_channel", "create_at": at + 9}
    hook = {**early, "props": {"from_webhook": "true"}, "create_at": at + 10}
    direct = {"channel_members": ["anna", "bob"], "user": "bob", "message": "Psst", "create_at": at}
    things: list[tuple[str, Any]] = [
        ("version", 1),
        ("team", {"name": "t"}),
        ("channel", channel),
        ("user", {"username": "anna", "first_name": "Anna", "last_name": "Kim", "teams": roles}),
        ("user", {"username": "bob", "teams": plain}),
        ("emoji", {"name": "parrot"}),
        *(("post", each) for each in (post, early, joined, hook)),
        ("direct_channel", {"members": ["anna", "bob"]}),
        ("direct_post", direct),
    ]
    written = [json.dumps({"type": kind, kind: thing}) for kind, thing in things]
    path.write_text("\n".join([*written, *more, ""]), encoding="utf-8")
    return path


def campfire(path: Path) -> Path:
    """Write a database of ONCE Campfire, with what is read of it."""
    gid = json.dumps({"_rails": {"data": "gid://campfire/User/2?expires_in", "pur": "attachable"}})
    sgid = base64.urlsafe_b64encode(gid.encode()).decode() + "--00ff"
    mention = f'<action-text-attachment sgid="{sgid}"></action-text-attachment>'
    hello = (
        f'<div>Hi {mention} <strong>look</strong><br><a href="https://example.org">here</a></div>'
    )
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_CAMPFIRE)
        database.execute("UPDATE action_text_rich_texts SET body = ? WHERE record_id = 1", (hello,))
        database.commit()
    return path


_CAMPFIRE = """
CREATE TABLE users (id INTEGER, name TEXT, email_address TEXT, role INTEGER, status INTEGER);
CREATE TABLE rooms (id INTEGER, name TEXT, type TEXT, creator_id INTEGER);
CREATE TABLE memberships (id INTEGER, room_id INTEGER, user_id INTEGER);
CREATE TABLE messages (id INTEGER, room_id INTEGER, creator_id INTEGER, created_at TEXT);
CREATE TABLE action_text_rich_texts (
    record_type TEXT, record_id INTEGER, name TEXT, body TEXT);
CREATE TABLE active_storage_blobs (id INTEGER, filename TEXT);
CREATE TABLE active_storage_attachments (
    id INTEGER, record_type TEXT, record_id INTEGER, blob_id INTEGER);
CREATE TABLE boosts (id INTEGER, message_id INTEGER, booster_id INTEGER, content TEXT);
INSERT INTO users VALUES (1, 'Anna Kim', 'anna@example.org', 1, 0), (2, 'Bob', NULL, 0, 1);
INSERT INTO rooms VALUES (1, 'All of us', 'Rooms::Open', 1), (2, NULL, 'Rooms::Direct', 1);
INSERT INTO memberships VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 2, 2);
INSERT INTO messages VALUES
    (1, 1, 1, '2024-01-01 10:00:00.5'), (2, 1, 2, '2024-01-01 10:00:01'), (3, 2, 2, 'never');
INSERT INTO action_text_rich_texts VALUES
    ('Message', 1, 'body', ''), ('Message', 3, 'body', '<div>When?</div>');
INSERT INTO active_storage_blobs VALUES (1, 'photo.png');
INSERT INTO active_storage_attachments VALUES (1, 'Message', 2, 1);
INSERT INTO boosts VALUES (1, 1, 2, '👍'), (2, 1, 2, 'nice!');
"""
