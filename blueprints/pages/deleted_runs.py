"""Runs of deleted messages, which pages fold to a line, as static/js/room/deleted_runs.js does."""

from collections.abc import Iterable
from dataclasses import replace

from blueprints.pages.presentation import TimelineItem

RUN_MIN = 3


def with_deleted_runs(items: Iterable[TimelineItem], at: int | None = None) -> list[TimelineItem]:
    """The items, with the first of each run knowing its length. They are `is_collapsed`, unless the
    message that was asked for is among them.
    """
    done: list[TimelineItem] = []
    run: list[TimelineItem] = []
    for item in items:
        if item.starts_day or item.is_first_unread or not item.message.is_deleted:
            done += _folded(run, at)
            run = []
        if item.message.is_deleted:
            run.append(item)
        else:
            done.append(_named(item, done))
        if item.events:
            done += _folded(run, at)
            run = []
    return [*done, *_folded(run, at)]


def _folded(run: list[TimelineItem], at: int | None) -> list[TimelineItem]:
    if len(run) < RUN_MIN:
        return run
    is_collapsed = all(item.message.message_id != at for item in run)
    first, *others = (replace(item, is_collapsed=is_collapsed) for item in run)
    return [replace(first, deleted_run=len(run), is_continued=False), *others]


def _named(item: TimelineItem, before: list[TimelineItem]) -> TimelineItem:
    """What follows a folded run names its author again, who is not seen there."""
    is_behind = item.is_continued and bool(before) and before[-1].is_collapsed
    return replace(item, is_continued=False) if is_behind else item
