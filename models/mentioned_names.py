"""The names that a text mentions: `@` and a username, or `@all`."""

import re
from itertools import islice

from models.names import username_key
from models.user import User

NAMES_MAX = 50  # In one text. To normalize a name may take 60 µs.

# What stands in code is not addressed to anybody.
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
NAME = re.compile(r"(?<![^\W_])@([^\s@,;:!?()\[\]{}<>\"'«»“”„…*~`|/\\]{1,64})")
_ENDS = "._-"


def names_in(body: str) -> tuple[str, ...]:
    """Keys of the usernames that may be meant."""
    if "@" not in body:
        return ()
    keys: dict[str, None] = {}
    for found in islice(NAME.finditer(_CODE.sub(" ", body)), NAMES_MAX):
        for spelling in spellings(found[1]):
            if 0 < len(key := username_key(spelling)) <= User.KEY_MAX and "\x00" not in key:
                keys[key] = None
    return tuple(keys)


def spellings(name: str) -> tuple[str, ...]:
    """What a name in a text may be: it can end with a dot, as a sentence does."""
    return tuple(dict.fromkeys((name, name.rstrip(_ENDS))))
