"""What one frame has told somebody, held against the model."""

from typing import NamedTuple

from tests.resilience.room_model import RoomModel
from tests.support.room_facts import Facts, is_of_message, things


class Heard(NamedTuple):
    """What a frame said, under the numbers of these changes."""

    first: int
    change: int
    said: Facts

    def check(self, room: RoomModel) -> None:
        """It showed what it was about as it was then, or as it has become since."""
        for each in room.changes[self.first - 1 : self.change]:
            made = _without_expired(each.made, room.floor)
            assert things(made) <= things(self.said), (self, each)
        for subject, value in self.said.items():
            assert value in room.later(subject, self.change), (self, subject)


def _without_expired(made: Facts, floor: int) -> Facts:
    """Of messages that have expired since nothing has to be told."""
    return {each: value for each, value in made.items() if not is_of_message(each, floor)}
