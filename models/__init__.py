"""What is stored: people, their logins, rooms, who is in them, and what was said."""

from models.errors import Refusal
from models.membership import Membership
from models.message import Draft, Message, Stored
from models.profile import Profile
from models.room import Room
from models.session import Session
from models.user import User

__all__ = [
    "Draft",
    "Membership",
    "Message",
    "Profile",
    "Refusal",
    "Room",
    "Session",
    "Stored",
    "User",
]
# Tortoise finds the tables of this module here.
__models__ = [User, Session, Room, Membership, Message]
