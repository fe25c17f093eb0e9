"""The JSON API of reported messages."""

import msgspec
from quart import Blueprint, Response

from blueprints.api.bodies import answer, body, nothing
from blueprints.context import admin_required, login_required, member_of, require_actor, services
from models import Refusal
from models.report import ACTED
from protocol.report_views import AdminReportList, ReportList
from realtime.report_views import admin_report_view, report_view

blueprint = Blueprint("reports", __name__)


class NewReport(msgspec.Struct):
    category: str
    text: str = ""


class Judgement(msgspec.Struct):
    outcome: str
    reason: str = ""


class AdminJudgement(Judgement):
    deletes_message: bool = False


@blueprint.post("/rooms/<int:room_id>/messages/<int:message_id>/report")
@login_required
async def report(room_id: int, message_id: int) -> Response:
    sent = await body(NewReport)
    await services().reports.report(await member_of(room_id), message_id, sent.category, sent.text)
    return nothing()


@blueprint.get("/rooms/<int:room_id>/reports")
@login_required
async def of_room(room_id: int) -> Response:
    found = await services().reports.of_room(await member_of(room_id))
    return answer(ReportList([report_view(each) for each in found]))


@blueprint.patch("/rooms/<int:room_id>/reports/<int:report_id>")
@login_required
async def judge_in_room(room_id: int, report_id: int) -> Response:
    sent = await body(Judgement)
    member = await member_of(room_id)
    await services().reports.judge_in_room(member, report_id, sent.outcome, sent.reason)
    return nothing()


@blueprint.get("/admin/reports")
@admin_required
async def everywhere() -> Response:
    found = await services().reports.all(await require_actor())
    return answer(AdminReportList([admin_report_view(each) for each in found]))


@blueprint.patch("/admin/reports/<int:report_id>")
@admin_required
async def judge(report_id: int) -> Response:
    sent, actor = await body(AdminJudgement), await require_actor()
    if sent.deletes_message:
        if sent.outcome != ACTED:
            raise Refusal("bad_field", problem="outcome")
        report = await services().reports.one(actor, report_id)
        await services().removals.reported(actor, report, sent.reason)
    await services().reports.judge(actor, report_id, sent.outcome, sent.reason)
    return nothing()
