"""What is stored: people, their logins, rooms, who is in them, and what was said."""

from errors import Refusal
from models.activity import ActivityEntry
from models.block import Block
from models.decline import Decline
from models.draft import Draft
from models.invitation import Departure, Invitation
from models.membership import Membership
from models.message import Message
from models.message_details import Mention, MessageVersion, Reaction
from models.name_key import NameKey
from models.profile import Profile
from models.room import Room
from models.room_change import RoomChange
from models.session import Session
from models.stored_message import Post, StoredMessage
from models.user import User

__all__ = [
    "ActivityEntry",
    "Block",
    "Decline",
    "Departure",
    "Draft",
    "Invitation",
    "Membership",
    "Mention",
    "Message",
    "MessageVersion",
    "NameKey",
    "Post",
    "Profile",
    "Reaction",
    "Refusal",
    "Room",
    "RoomChange",
    "Session",
    "StoredMessage",
    "User",
]
# Tortoise finds the tables of this module here.
__models__ = [
    User,
    NameKey,
    Session,
    Room,
    Membership,
    Message,
    Block,
    Departure,
    Invitation,
    Decline,
    RoomChange,
    MessageVersion,
    Reaction,
    Mention,
    ActivityEntry,
    Draft,
]
