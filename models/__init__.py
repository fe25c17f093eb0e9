"""What is stored: people, their logins, rooms, who is in them, and what was said."""

from errors import Refusal
from models.access_token import AccessToken
from models.activity import ActivityEntry
from models.audit_entry import AuditEntry
from models.block import Block
from models.decline import Decline
from models.draft import Draft
from models.email_address import EmailAddress
from models.file import ErasedFile, File
from models.held_message import HeldMessage
from models.import_item import ImportItem
from models.invitation import Departure, Invitation
from models.invite_link import InviteLink, InviteUse
from models.job import Job
from models.join_request import JoinRequest
from models.last_post import LastPost
from models.login_ticket import LoginTicket
from models.membership import Membership
from models.message import Message
from models.message_details import Mention, MessageVersion, Reaction
from models.moderation_notice import ModerationNotice
from models.name_key import NameKey
from models.oidc_identity import OidcIdentity, OidcUse
from models.passkey import Passkey, PasskeyChallenge
from models.password_reset import PasswordReset
from models.profile import Profile
from models.queued_mail import QueuedMail
from models.report import Report
from models.room import Room
from models.room_ban import RoomBan
from models.room_change import RoomChange
from models.session import Session
from models.site_settings import SiteSetting, SiteSettings
from models.stored_message import Post, StoredMessage
from models.totp import RecoveryCode, Totp
from models.user import User

__all__ = [
    "AccessToken",
    "ActivityEntry",
    "AuditEntry",
    "Block",
    "Decline",
    "Departure",
    "Draft",
    "EmailAddress",
    "ErasedFile",
    "File",
    "HeldMessage",
    "ImportItem",
    "Invitation",
    "InviteLink",
    "InviteUse",
    "Job",
    "JoinRequest",
    "LastPost",
    "LoginTicket",
    "Membership",
    "Mention",
    "Message",
    "MessageVersion",
    "ModerationNotice",
    "NameKey",
    "OidcIdentity",
    "OidcUse",
    "Passkey",
    "PasskeyChallenge",
    "PasswordReset",
    "Post",
    "Profile",
    "QueuedMail",
    "Reaction",
    "RecoveryCode",
    "Refusal",
    "Report",
    "Room",
    "RoomBan",
    "RoomChange",
    "Session",
    "SiteSetting",
    "SiteSettings",
    "StoredMessage",
    "Totp",
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
    AuditEntry,
    SiteSetting,
    PasswordReset,
    AccessToken,
    InviteLink,
    InviteUse,
    Totp,
    RecoveryCode,
    Passkey,
    PasskeyChallenge,
    LoginTicket,
    RoomBan,
    LastPost,
    JoinRequest,
    OidcIdentity,
    OidcUse,
    ModerationNotice,
    Report,
    QueuedMail,
    EmailAddress,
    Job,
    ImportItem,
    HeldMessage,
    File,
    ErasedFile,
]
