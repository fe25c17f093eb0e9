"""Which usernames can be had."""

import unicodedata

from errors import Refusal, Text
from models.names import can_be_username, cut_username, means_all, username_key

SHORTEST = 2
LONGEST = 32
LONGEST_KEY = 4 * LONGEST

# What people try first is their first and their last name.
_NO_SPACES = [
    "There are no spaces in it: put a dot in their place. Your display name may have them."
]


def checked_username(username: str) -> str:
    """The name as it is stored.

    Raises:
        Refusal: bad_username, or username_taken by what means everybody.
    """
    # In the form of NFKC, as what looks the same in other signs is the same.
    username = unicodedata.normalize("NFKC", cut_username(username))
    if (
        not SHORTEST <= len(username) <= LONGEST
        or not can_be_username(username)
        or len(username_key(username)) > LONGEST_KEY
    ):
        hint = Text(_NO_SPACES if any(map(str.isspace, username)) else [])
        raise Refusal("bad_username", min=SHORTEST, max=LONGEST, hint=hint)
    if means_all(username):
        raise Refusal("username_taken")
    return username
