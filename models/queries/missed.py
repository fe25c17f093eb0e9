"""What somebody has missed: unread mentions of them, answers to them, and direct messages."""

from datetime import datetime

from msgspec import Struct

from cooperative import in_slices
from models.database import moment
from models.email_address import EmailAddress
from models.queries.room_rows import PARTNER_JOIN
from models.sql.fast_path import as_stored, scan
from models.sql.objects import columns, from_row

LOOKED_AT = 250  # Answers of one person, and messages of one direct conversation, the latest.
MISSED_MAX = 300
TEXT_MAX = 300
PEOPLE_MAX = 10_000


class MissedMessage(Struct, frozen=True):
    """A message that concerns somebody who has not read it, since `at`. Of `text` the beginning."""

    room_id: int
    message_id: int
    room_name: str
    author: str
    text: str
    at: datetime


async def missed_by(user_id: int, since: datetime, until: datetime) -> list[MissedMessage]:
    """What has come to concern somebody in this time, as it is now, by rooms; without what they
    have read, what is deleted, and rooms that they want to hear nothing of.
    """
    rows = await scan(_MISSED, user_id, as_stored(since), as_stored(until))
    # One that mentions somebody and answers them is one.
    found = {(row[0], row[1]): row for row in rows}
    return [
        MissedMessage(room_id, number, room, author, text, moment(at))
        for room_id, number, room, author, text, at in found.values()
    ]


async def who_may_have_missed(gone_since: datetime, told_before: datetime) -> list[EmailAddress]:
    """Confirmed addresses of people who want digests, have not been here since the one time, hidden
    or not, have been here since their last digest or had it before the other, and have anything
    unread that may concern them: each of them is looked at by a query of their own.
    """
    about = {"columns": columns(EmailAddress), "latest": _LATEST, "limit": PEOPLE_MAX}
    sql = _PEOPLE.format(**about)
    rows = await scan(sql, as_stored(gone_since), as_stored(told_before))
    # With ten thousand of them the loop would be held for 40 ms.
    return [from_row(EmailAddress, row) async for row in in_slices(rows)]


_MISSED = f"""
WITH mine AS (
    SELECT membership.room_id, room.kind, room.revision,
           CASE WHEN membership.last_read > room.floor THEN membership.last_read
                ELSE room.floor END AS last_read
    FROM membership JOIN room ON room.id = membership.room_id
    WHERE membership.user_id = $1 AND membership.request = '' AND NOT membership.is_muted
      AND membership.chosen_level <> 'nothing' AND room.revision > membership.last_read),
found AS (
    SELECT entry.room_id, entry.number, entry.at FROM mine
    JOIN mention ON mention.room_id = mine.room_id AND mention.user_id IN ($1, 0)
         AND mention.number > mine.last_read
    JOIN activity AS entry ON entry.room_id = mention.room_id AND entry.number = mention.number
         AND entry.user_id = mention.user_id AND entry.kind = 'mention'
    UNION ALL
    SELECT entry.room_id, entry.number, entry.at
    FROM (SELECT * FROM activity WHERE user_id = $1
          ORDER BY user_id DESC, id DESC LIMIT {LOOKED_AT}) AS entry
    JOIN mine ON mine.room_id = entry.room_id
    WHERE entry.kind = 'reply' AND entry.number > mine.last_read
    UNION ALL
    SELECT message.room_id, message.number, message.created_at AS at FROM mine
    JOIN message ON message.room_id = mine.room_id AND message.number > mine.last_read
         AND message.number > mine.revision - {LOOKED_AT}
    WHERE mine.kind = 'direct')
SELECT message.room_id, message.number,
       COALESCE(NULLIF(partner.display_name, ''), partner.username, room.name) AS room_name,
       COALESCE(NULLIF(author.display_name, ''), author.username) AS author_name,
       SUBSTR(message.body, 1, {TEXT_MAX + 1}) AS beginning, found.at
FROM found
JOIN message ON message.room_id = found.room_id AND message.number = found.number
JOIN user_account AS author ON author.id = message.author_id
JOIN room ON room.id = message.room_id
JOIN membership ON membership.room_id = room.id AND membership.user_id = $1
{PARTNER_JOIN}
WHERE found.at > $2 AND found.at <= $3
  AND message.author_id <> $1 AND message.deleted_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM block
                  WHERE block.user_id = $1 AND block.blocked_id = message.author_id)
ORDER BY message.room_id, message.number LIMIT {MISSED_MAX}
"""
# When something last concerned them; what concerns all has nobody's id.
_LATEST = """
(SELECT entry.at FROM activity AS entry WHERE entry.user_id = email_address.user_id
 ORDER BY entry.user_id DESC, entry.id DESC LIMIT 1)
"""
_PEOPLE = """
SELECT {columns}
FROM email_address JOIN user_account ON user_account.id = email_address.user_id
WHERE email_address.address_key IS NOT NULL AND email_address.wants_digest
  AND user_account.state = ''
  AND (user_account.last_seen IS NULL OR user_account.last_seen <= $1)
  AND (email_address.hid_here_at IS NULL OR email_address.hid_here_at <= $1)
  AND (email_address.digest_at IS NULL OR email_address.digest_at <= $2
       OR user_account.last_seen > email_address.digest_at)
  AND EXISTS (SELECT 1 FROM membership JOIN room ON room.id = membership.room_id
              WHERE membership.user_id = email_address.user_id AND membership.request = ''
                AND room.revision > membership.last_read
                AND (room.kind = 'direct' OR {latest} > email_address.digested_until
                     OR EXISTS (SELECT 1 FROM mention
                                WHERE mention.room_id = room.id AND mention.user_id = 0
                                  AND mention.number > membership.last_read)))
ORDER BY email_address.id LIMIT {limit}
"""
