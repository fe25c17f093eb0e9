"""What became of every item: a number, or a reason."""

from collections import Counter, defaultdict
from collections.abc import Iterator

PLACES_MAX = 20  # Of each reason.
PLACE_LENGTH = 160
KINDS = ("people", "rooms", "messages", "reactions", "pins", "files", "others")

REASONS = {
    "account_deleted": "the account of who has written it was deleted here",
    "bad_text": "the text has characters that cannot be stored",
    "bad_time": "there is no date in it that can be",
    "blocked": "one of the two has blocked the other here",
    "bot": "a bot, an app or a webhook",
    "broken": "not in the form that is documented",
    "broken_json": "no JSON",
    "conversation_exists": "these two have a conversation here already",
    "deleted": "it was deleted there",
    "duplicate": "it is in the export twice (the same author at the same moment)",
    "earlier": "it is older than what was imported into the room before",
    "empty": "no text and no file",
    "future": "its time is in the future",
    "left_out_message": "its message was left out",
    "message_too_long": "the text is longer than 100,000 characters",
    "no_account_name": "no username can be made of the name",
    "no_files": "files are not imported; their names are in the text",
    "no_members": "nobody is in it",
    "not_imported": "not a kind of thing that is imported",
    "one_person": "a conversation with oneself",
    "room_deleted": "the room was imported, and deleted since",
    "room_left_out": "its room was left out",
    "room_written": "somebody has written in the room since it was imported",
    "same_account": "it is there from the same account already",
    "service": "a line of the chat itself: somebody joined, left, or changed a setting",
    "too_long_line": "a line or file is larger than can be read",
    "too_many_kinds": "a message has 20 different emoji at most",
    "too_many_pins": "a room has 50 pinned messages at most",
    "unknown_author": "who has written it is not in the export",
    "unknown_emoji": "not an emoji of Unicode",
    "unknown_person": "who has reacted is not in the export",
    "unknown_room": "its room is not in the export",
    "unsafe_name": "the name of a file in the archive leads out of it",
}
# What was done differently; no item of its own.
NOTES = {
    "display_name_taken": "their name could not be shown: it is, or looks like, another's username",
    "no_parent": "a reply to a message that is not imported, or comes later: it stands by itself",
    "room_renamed": "a room has another name",
    "split": "a text of more than 4,000 characters became several messages",
    "unknown_member": "a member of a room who is not in the export",
    "username_changed": "an account has another username",
}


class Tally:
    """Of one kind."""

    def __init__(self) -> None:
        self.made = self.there = 0
        self.left: Counter[str] = Counter()

    @property
    def total(self) -> int:
        """How many there are in the export."""
        return self.made + self.there + self.left.total()


class Report:
    """Counts everything, and keeps the first places of each reason."""

    def __init__(self) -> None:
        self.tallies = {kind: Tally() for kind in KINDS}
        self.notes: Counter[str] = Counter()
        self._places: dict[tuple[str, str], list[str]] = defaultdict(list)

    def made(self, kind: str, count: int = 1) -> None:
        """So many were added, or would be."""
        self.tallies[kind].made += count

    def there(self, kind: str, count: int = 1) -> None:
        """So many had been imported before."""
        self.tallies[kind].there += count

    def leave(self, kind: str, reason: str, where: str, count: int = 1) -> None:
        """So many are not imported."""
        if count:
            self.tallies[kind].left[reason] += count
            self._keep(kind, reason, where)

    def note(self, note: str, where: str) -> None:
        """Something was done differently."""
        self.notes[note] += 1
        self._keep("", note, where)

    @property
    def added(self) -> int:
        """How many things of all kinds were added."""
        return sum(tally.made for tally in self.tallies.values())

    def lines(self, *, is_dry: bool) -> Iterator[str]:
        """The whole as text."""
        made = "will be added" if is_dry else "added"
        for kind, tally in self.tallies.items():
            if tally.total:
                yield (
                    f"{kind}: {tally.total} = {tally.made} {made}"
                    f" + {tally.there} already there + {tally.left.total()} left out"
                )
                for reason, count in sorted(tally.left.items()):
                    yield f"  left out, {count}: {REASONS[reason]}"
                    yield from self._shown(kind, reason, count)
        for note, count in sorted(self.notes.items()):
            yield f"note, {count}: {NOTES[note]}"
            yield from self._shown("", note, count)

    def _keep(self, kind: str, reason: str, where: str) -> None:
        places = self._places[kind, reason]
        if len(places) < PLACES_MAX:
            places.append(printable(where[:PLACE_LENGTH]))

    def _shown(self, kind: str, reason: str, count: int) -> Iterator[str]:
        places = self._places[kind, reason]
        yield from (f"    {place}" for place in places)
        if count > PLACES_MAX:
            yield "    …"


def printable(text: str) -> str:
    """A text of the export as a terminal may be shown it: it does not move the cursor."""
    return "".join(each if each.isprintable() else "?" for each in text)
