"""What is told to one person, or a few, whatever rooms they are in."""

from collections.abc import Sequence

from protocol import lobby_frames as frames
from protocol.server_frames import encode
from realtime.envelope import DraftChanged, PersonalNews


def personal_frame(news: PersonalNews) -> tuple[Sequence[int], bytes]:
    """(user_ids, frame): the frame that all connections of these people are sent."""
    if isinstance(news, DraftChanged):
        frame = frames.DraftChanged(news.room_id, news.has_draft, news.version)
        return [news.user_id], encode(frame)
    return news.user_ids, encode(frames.ActivityChanged())
