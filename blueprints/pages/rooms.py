"""Pages of rooms: the list, a new one, and the room itself, which also works without JavaScript."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from quart import Blueprint, g, redirect, request, url_for
from quart.typing import ResponseReturnValue

from blueprints.context import login_required, member_of, require_actor, services
from blueprints.locale import page_zone
from blueprints.pages import mention_all
from blueprints.pages import presentation as present
from blueprints.pages.deleted_runs import with_deleted_runs
from blueprints.pages.event_lines import EventRun, event_runs
from blueprints.pages.forms import MemberForm, PageForm, RoomForm, filled, typed
from blueprints.pages.history_window import Excerpt, excerpt
from blueprints.pages.members import shown_members
from blueprints.pages.mentions import mention_marks
from blueprints.pages.message_forms import MessageForm
from blueprints.pages.message_items import drawn
from blueprints.pages.rendering import render
from blueprints.pages.script_data import script_data
from blueprints.pages.sidebar import my_blocks
from blueprints.pages.unseen_changes import unseen_fold
from blueprints.rate_limits import room_limits
from models import Membership, Refusal
from models.names import confusables
from protocol.draft_views import DraftView
from protocol.people_views import MemberView
from protocol.views import MessageView, RoomDetails
from translations import DEFAULT

blueprint = Blueprint("rooms", __name__)


@blueprint.get("/")
async def home() -> ResponseReturnValue:
    """The rooms are the home."""
    return redirect(url_for("rooms.index"), 303)


@blueprint.get("/rooms/")
@login_required
async def index() -> ResponseReturnValue:
    """The list of rooms, latest activity first, with what is unread."""
    actor = await require_actor()
    services().room_list.check_rate(actor)
    return await render("rooms.html", user=actor.user)


@blueprint.get("/rooms/new")
@login_required
async def new() -> ResponseReturnValue:
    """The form of a new room."""
    return await _new_page(RoomForm())


@blueprint.post("/rooms/new")
@room_limits
@login_required
async def create() -> ResponseReturnValue:
    """Make a room with its people and go there."""
    form = await filled(RoomForm)
    if not form.validate():
        return await _new_page(form, 422)
    try:
        actor = await require_actor()
        listing = (form.asked_visibility(), typed(form.topic), form.asked_history())
        room = await services().rooms.create(actor, typed(form.name), form.usernames(), *listing)
    except Refusal as refusal:
        form.show(refusal)
        return await _new_page(form, _status(form, refusal))
    return redirect(_room_url(room.id), 303)


@blueprint.get("/rooms/<int:room_id>/")
@login_required
async def show(room_id: int) -> ResponseReturnValue:
    """The room, from the first unread message on; `?at=<message_id>` shows that one in its
    context, `?before=` and `?after=` what is around it; `?reply_to=` begins a reply to one.
    """
    try:
        member = await member_of(room_id)
    except Refusal as refusal:
        if refusal.code == "not_a_member" and await _is_public(room_id):
            return redirect(url_for("public_rooms.show", room_id=room_id), 303)
        raise
    return await _room_page(member)


async def _is_public(room_id: int) -> bool:
    return await services().public_rooms.find(await require_actor(), room_id) is not None


@blueprint.post("/rooms/<int:room_id>/")
@login_required
async def post(room_id: int) -> ResponseReturnValue:
    """Say something without JavaScript. Who speaks has seen what was there."""
    # The form first: whoever is removed while it is still on its way is not shown the room by it.
    form = await filled(MessageForm)
    member = await member_of(room_id)
    if mention_all.wants_back(form):
        return await _room_page(member, message_form=form)
    if question := await mention_all.question(member, form):
        return question
    try:
        await services().messages.post(member, form.text(), form.key(), form.replied())
    except Refusal as refusal:
        if refusal.code != "held":
            form.show(refusal)
            member = await member_of(room_id)
            return await _room_page(member, _status(form, refusal), message_form=form)
        # It is kept: the next text is another message, with a key of its own.
        there = _room_url(room_id, held=1)
    else:
        there = _room_url(room_id, _anchor="end")
    await services().drafts.sent(member, form.drafted())
    await services().read_marks.move(member)
    return redirect(there, 303)


@blueprint.post("/rooms/<int:room_id>/read")
@login_required
async def read(room_id: int) -> ResponseReturnValue:
    """Mark the room read without JavaScript."""
    await services().read_marks.move(await member_of(room_id))
    return redirect(_room_url(room_id), 303)


@blueprint.post("/rooms/<int:room_id>/members")
@login_required
async def add_member(room_id: int) -> ResponseReturnValue:
    """Bring somebody in."""
    form = await filled(MemberForm)
    member = await member_of(room_id)
    if not form.validate():
        return await _room_page(member, 422, member_form=form)
    try:
        _, is_in = await services().members.add(member, typed(form.username))
    except Refusal as refusal:
        form.show(refusal)
        member = await member_of(room_id)
        return await _room_page(member, _status(form, refusal), member_form=form)
    return redirect(_room_url(room_id, invited=None if is_in else 1), 303)


async def _new_page(form: RoomForm, status: int = 200) -> ResponseReturnValue:
    return await render("new_room.html", user=(await require_actor()).user, form=form), status


async def _room_page(
    member: Membership,
    status: int = 200,
    *,
    message_form: MessageForm | None = None,
    member_form: MemberForm | None = None,
) -> ResponseReturnValue:
    shown = await excerpt(member, request.args)
    room = await services().rooms.details(member)
    for each in room.members:
        # Whoever reads this page is there, for themselves.
        each.is_online |= each.id == member.user_id
    events = await services().history.events(member, shown.messages)
    runs = event_runs(events, g.get("locale", DEFAULT))
    draft = await services().drafts.of(member)
    form = message_form or _new_message(draft)
    page = await render(
        "room.html",
        user=member.user,
        room=room,
        level=member.level,
        timeline=await _timeline(shown, room, member, runs),
        first_events=runs.get(0),
        older=shown.older,
        newer=shown.newer,
        at=shown.at,
        run=present.RUN,
        message_form=form,
        pins=await services().message_details.pinned(member),
        unseen=await unseen_fold(member, shown),
        replied=await _replied(member, form.replied()),
        member_form=member_form or MemberForm(),
        **_done(),
        shown_members=shown_members(room.members, member.user_id),
        data=await script_data(member, room, shown, events, draft, g.get("locale", DEFAULT)),
    )
    return page, status


def _done() -> dict[str, bool]:
    """What has just been done, as the page says."""
    return {f"has_{each}": each in request.args for each in ("invited", "held")}


def _new_message(draft: DraftView) -> MessageForm:
    """A message yet to be written, or to be sent; perhaps as a reply."""
    text, version = draft.message, str(draft.version)
    reply_to = request.args.get("reply_to", str(draft.reply_to or ""))
    return MessageForm(client_id=str(uuid4()), message=text, draft=version, reply_to=reply_to)


async def _replied(member: Membership, message_id: int | None) -> MessageView | None:
    """The message that a reply is begun to, unless it is gone."""
    if message_id is None:
        return None
    try:
        message = await services().message_details.one(member, message_id)
    except Refusal:
        return None
    return None if message.is_deleted else message


async def _timeline(
    shown: Excerpt, room: RoomDetails, member: Membership, events: Mapping[int, EventRun]
) -> list[present.TimelineItem]:
    ambiguous = await _ambiguous(room.members, shown.messages)
    blocked = await my_blocks()
    marks = await mention_marks(member.user_id, room.members, shown.messages)
    user_id, first_unread = member.user_id, shown.first_unread
    about = (user_id, first_unread, ambiguous, blocked, shown.at, marks, events, page_zone())
    items = present.timeline(shown.messages, *about, present.pictures(room.members))
    return with_deleted_runs(await drawn(items), shown.at)


async def _ambiguous(members: Iterable[MemberView], messages: Iterable[MessageView]) -> set[int]:
    """Of the room's members and who has written here, those whose names look alike."""
    names = {message.user_id: message.shown_name for message in messages}
    return await confusables(names | {member.id: member.shown_name for member in members})


def _room_url(room_id: int, **values: Any) -> str:
    return url_for("rooms.show", room_id=room_id, **values)


def _status(form: PageForm, refusal: Refusal) -> int:
    return 422 if refusal.code in form.blames else refusal.status
