"""Who may do what: every right in a room, and over others, is asked for here.

RIGHTS is the whole of it; docs/rights.md shows it, and tests hold the two, and all routes and
frames, against it. What is changed under a room's lock is asked again there, by models/: whoever
loses a right at this moment does nothing by it any more.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from models import Membership, Refusal, Session
from services.actor import Actor, Credential, Scope
from services.confirmations import require_recent


class Who(StrEnum):
    """To whom a right may be given."""

    MEMBER = "member"  # Everybody who is in the room.
    AUTHOR = "author"  # Who has written the message, or made what it is about.
    OWNER = "owner"  # Of the room; a conversation of two has none.
    ADMIN = "admin"  # Of the server. In a room they are what they are there.


class Right(StrEnum):
    """What is done, in the words of docs/rights.md."""

    READ = "read a room, and see who is in it"
    POST = "write messages"
    POST_FOR_ALL = "write messages where only owners write, and without a pause in slow mode"
    MENTION_ALL = "mention everybody with `@all` in a large room"
    REACT = "react to messages, and pin them"
    EDIT_MESSAGE = "edit a message, remove its files, and erase its earlier versions"
    SEE_READERS = "see who has read a message"
    DELETE_MESSAGE = "delete a message"
    REMOVE_MESSAGES = "delete everything that somebody has written in a room"
    REPORT = "report a message"
    JUDGE_REPORTS = "judge the reports of a room"
    JUDGE_HELD = "see the messages of new accounts that wait, let them through or reject them"
    LET_IN = "let somebody in"
    INVITE_BY_LINK = "make links by which people come in, see who came by them, and revoke them"
    ANSWER_REQUESTS = "see who asks to be let in, and let them in or decline"
    LET_IN_REMOVED = "invite somebody whom an owner has removed"
    WITHDRAW_INVITATION = "withdraw an invitation"
    LEAVE = "leave a room"
    REMOVE_MEMBER = "remove somebody from a room"
    BAN = "ban somebody from a room, see who is banned, and lift it"
    SET_ROLE = "make somebody an owner, or no longer"
    RENAME_ROOM = "rename a room, and give it a picture"
    SET_RULES = "set slow mode, who writes in a room, and what newcomers see of it"
    SET_RETENTION = "say for how long the messages of a room are kept"
    PUBLISH_ROOM = "make a room public or private, and say what it is about"
    EXPORT_ROOM = "export everything that was said in a room"
    DELETE_ROOM = "delete a room"
    ADMINISTER = "administer accounts, and the server"


RIGHTS: Mapping[Right, frozenset[Who]] = MappingProxyType(
    {
        Right.READ: frozenset({Who.MEMBER}),
        Right.POST: frozenset({Who.MEMBER}),
        Right.POST_FOR_ALL: frozenset({Who.OWNER}),
        Right.MENTION_ALL: frozenset({Who.OWNER}),
        Right.REACT: frozenset({Who.MEMBER}),
        Right.EDIT_MESSAGE: frozenset({Who.AUTHOR}),
        Right.SEE_READERS: frozenset({Who.AUTHOR}),
        Right.DELETE_MESSAGE: frozenset({Who.AUTHOR, Who.OWNER}),
        Right.REMOVE_MESSAGES: frozenset({Who.OWNER}),
        Right.REPORT: frozenset({Who.MEMBER}),
        Right.JUDGE_REPORTS: frozenset({Who.OWNER}),
        Right.JUDGE_HELD: frozenset({Who.OWNER}),
        Right.LET_IN: frozenset({Who.MEMBER}),
        Right.INVITE_BY_LINK: frozenset({Who.OWNER}),
        Right.ANSWER_REQUESTS: frozenset({Who.OWNER}),
        Right.LET_IN_REMOVED: frozenset({Who.OWNER}),
        Right.WITHDRAW_INVITATION: frozenset({Who.AUTHOR, Who.OWNER}),
        Right.LEAVE: frozenset({Who.MEMBER}),
        Right.REMOVE_MEMBER: frozenset({Who.OWNER}),
        Right.BAN: frozenset({Who.OWNER}),
        Right.SET_ROLE: frozenset({Who.OWNER}),
        Right.RENAME_ROOM: frozenset({Who.OWNER}),
        Right.SET_RULES: frozenset({Who.OWNER}),
        Right.SET_RETENTION: frozenset({Who.OWNER}),
        Right.PUBLISH_ROOM: frozenset({Who.OWNER}),
        Right.EXPORT_ROOM: frozenset({Who.OWNER}),
        Right.DELETE_ROOM: frozenset({Who.OWNER}),
        Right.ADMINISTER: frozenset({Who.ADMIN}),
    }
)

# What takes from others what nobody can bring back: a login that was stolen, or left open, is no
# power to do it. What administrators do is all of that kind: see require_admin_act.
CONFIRMED = frozenset({Right.REMOVE_MESSAGES, Right.SET_RETENTION, Right.DELETE_ROOM})


def may(right: Right, member: Membership, author_id: int | None = None) -> bool:
    """Whether this member has the right; `author_id` is who has made what it is about."""
    whose = RIGHTS[right]
    is_author = Who.AUTHOR in whose and author_id == member.user_id
    is_owner = Who.OWNER in whose and member.is_owner and not member.room.is_direct
    return Who.MEMBER in whose or is_author or is_owner


def require(right: Right, member: Membership, author_id: int | None = None) -> None:
    """Only members who have the right.

    Raises:
        Refusal: not_author, for what an author has a right to; forbidden, for what owners have, in
            a conversation of two, which is nobody's; not_owner.
    """
    if may(right, member, author_id):
        return
    if Who.AUTHOR in RIGHTS[right]:
        raise Refusal("not_author")
    raise Refusal("forbidden" if member.room.is_direct else "not_owner")


def require_confirmed(right: Right, member: Membership, credential: Credential) -> None:
    """As require, for one of CONFIRMED: a login has to have been confirmed of late. Access tokens
    are free of that.

    Raises:
        Refusal: as require; confirmation_required.
    """
    require(right, member)
    _require_recent(credential)


def require_admin(actor: Actor) -> None:
    """Only administrators of the server, by a login, or a token that is good for it.

    Raises:
        Refusal: not_admin; forbidden; factor_required, of an administrator who has to set one up
            first.
    """
    if actor.user.needs_factor:
        raise Refusal("factor_required")
    if not actor.user.is_admin:
        raise Refusal("not_admin")
    actor.require(Scope.ADMIN)


def acts_as_admin(actor: Actor) -> bool:
    """Whether the actor has the rights of an administrator here and now; see require_admin."""
    return actor.user.is_admin and Scope.ADMIN in actor.scopes


def require_admin_act(actor: Actor) -> None:
    """As require_admin, to change something: a login has to have been confirmed of late, so that
    one that was stolen, or left open, is no power over others.

    Raises:
        Refusal: not_admin; forbidden; factor_required; confirmation_required.
    """
    require_admin(actor)
    _require_recent(actor.credential)


def _require_recent(credential: Credential) -> None:
    if isinstance(credential, Session):
        require_recent(credential)
