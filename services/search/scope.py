"""Where is looked, and for whose messages."""

from msgspec import Struct

from errors import Refusal
from models import Room, User
from models.names import username_key
from models.queries.search_scope import SearchedRoom, partners_room, searched_rooms
from models.search_document import in_room
from protocol.views import SearchedTo
from services.search.query import Query


class Scope(Struct, frozen=True):
    """The rooms that are looked through; one alone, or one author's messages alone."""

    rooms: list[SearchedRoom]
    room_id: int | None = None
    author_id: int | None = None

    @property
    def terms(self) -> tuple[str, ...]:
        """Of these rooms."""
        return tuple(in_room(room.room_id) for room in self.rooms)

    @property
    def behind(self) -> list[SearchedTo]:
        """The rooms of which the latest messages are not in the index yet."""
        return [
            SearchedTo(room.room_id, room.searched_to)
            for room in self.rooms
            if room.searched_to is not None
        ]


async def scope_of(user_id: int, query: Query) -> Scope:
    """Where this person looks. Raises Refusal: bad_search, for a room or a person that is none."""
    rooms = await searched_rooms(user_id)
    author_id = None if query.sender is None else await _author(user_id, query.sender)
    if query.room_id is None and query.room is None:
        return Scope(rooms, None, author_id)
    room_id = query.room_id or await _room(user_id, query.room or "", rooms)
    return Scope([room for room in rooms if room.room_id == room_id], room_id, author_id)


async def _author(user_id: int, name: str) -> int:
    if name == "me":
        return user_id
    user = await User.named(name)
    if user is None and name.isascii() and name.isdigit() and len(name) < 16:
        user = await User.get_or_none(id=int(name))
    if user is None:
        raise Refusal("bad_search", problem=f"from:{name[:80]}")
    return int(user.id)


async def _room(user_id: int, name: str, rooms: list[SearchedRoom]) -> int:
    """By its name, else by its number; a conversation of two by @ and the other one's name."""
    key = name.casefold()
    named = [
        each.room_id for each in rooms if each.kind == Room.ROOM and each.name.casefold() == key
    ]
    if not named and name.startswith("@"):
        partner = await partners_room(user_id, username_key(name[1:]))
        named = [] if partner is None else [partner]
    numbered = [each.room_id for each in rooms if str(each.room_id) == name]
    for room_id in (*named, *numbered):
        return room_id
    raise Refusal("bad_search", problem=f"in:{name[:80]}")
