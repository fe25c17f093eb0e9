"""What templates call to show times, names and texts."""

from datetime import date, datetime

from quart import Blueprint, g

from blueprints.locale import page_zone
from blueprints.pages import emoji
from blueprints.pages import file_display as files
from blueprints.pages import presentation as present
from blueprints.pages.unseen_changes import text_diff
from protocol.encoding import timestamp
from protocol.plain_text import plain_text
from translations import DEFAULT

blueprint = Blueprint("template_filters", __name__)

_FILES = (files.files_json, files.kind, files.plays, files.shown_size, files.weight)
for helper in (present.initial, present.hue, present.iso, present.script_json, text_diff, *_FILES):
    blueprint.add_app_template_filter(helper)
blueprint.add_app_template_filter(emoji.jumbo)
blueprint.add_app_template_filter(plain_text)


@blueprint.app_template_filter("day")
def _day(at: date) -> str:
    return present.day(at, g.get("locale", DEFAULT))


@blueprint.app_template_global("hues")
def _hues() -> int:
    return present.HUES


@blueprint.app_template_filter("when")
def _when(at: datetime) -> str:
    return present.when(timestamp(at), g.get("locale", DEFAULT), _hours(), page_zone())


@blueprint.app_template_filter("clock")
def _clock(at: datetime) -> str:
    return present.clock(timestamp(at), g.get("locale", DEFAULT), _hours(), page_zone())


@blueprint.app_template_filter("local_day")
def _local_day(at: datetime) -> date:
    return present.local_day(at, page_zone())


def _hours() -> str:
    return g.viewer.time_format if "viewer" in g else ""
