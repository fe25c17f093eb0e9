"""Exports that are broken, or made to do harm: a reason for each, and never a stack trace."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from commands.importing import archive
from commands.importing.items import BadExportError, LeftOut, SourceMessage
from commands.importing.opening import opened as opened_export
from commands.importing.people import read_map
from tests.support.exports_of_others import DAY, PEOPLE, mattermost, said, slack, ts


def left_out(file: Path) -> set[tuple[str, str]]:
    """Return what the reader leaves out: reason and place."""
    with opened_export(file, None) as (_, source):
        return {(each.reason, each.where) for each in source.items() if isinstance(each, LeftOut)}


def test_broken_files_and_items_of_slack_are_named(tmp_path: Path) -> None:
    day = "general__2024-01-0"
    file = slack(
        tmp_path / "slack.zip",
        [
            said(0, "ok"),
            {"ts": 5},
            {"text": "no time"},
            "text",
            said(1, "x", reactions=[{"name": 3}]),
        ],
        **{
            f"{day}2": b"[{",
            f"{day}3": b'[{"ts": "1", "text": "\xff"}]',
            f"{day}4": b"[" * 100_000,
            f"{day}5": {"no": "list"},
            "lost__2024-01-01": [said(0, "no such room")],
            "integration_logs": [],
            "users": [*PEOPLE, {"name": "no id"}],
        },
    )
    first, rest = "general/2024-01-01.json", "general/2024-01-0"
    assert left_out(file) >= {
        ("broken", "users.json[4]"),
        *(("broken", f"{first}[{index}]") for index in range(1, 5)),
        ("broken_json", f"{rest}2.json"),
        ("broken_json", f"{rest}3.json"),
        ("broken_json", f"{rest}4.json"),
        ("broken", f"{rest}5.json"),
        ("unknown_room", "lost/2024-01-01.json[0]"),
        ("not_imported", "integration_logs.json"),
    }


def test_names_that_lead_out_of_the_zip_are_not_followed(tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip")
    names = ["../../evil/2024-01-01.json", "/etc/2024-01-01.json", "C:/x/y.json", "general\\y.json"]
    with ZipFile(file, "a") as made:
        for name in names:
            made.writestr(name, "[]")
    assert {where for reason, where in left_out(file) if reason == "unsafe_name"} == set(names)


def test_what_is_packed_too_well_is_not_unpacked(tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip")
    with ZipFile(file, "a", ZIP_DEFLATED) as made:
        made.writestr("general/2024-02-01.json", b"[" + b" " * (2 << 20) + b"]")
    assert ("too_long_line", "general/2024-02-01.json") in left_out(file)
    lines = tmp_path / "mattermost.zip"
    with ZipFile(lines, "w", ZIP_DEFLATED) as made:
        made.writestr("import.jsonl", b" " * (2 << 20))
    with pytest.raises(BadExportError, match=r"import\.jsonl"):
        left_out(lines)


def test_lines_that_are_too_long_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LINE_MAX", 1_000)
    long = '{"type": "post", "post": "' + "x" * 5_000 + '"}'
    file = mattermost(tmp_path / "bulk.jsonl", long, '{"type": "oddity"}', "\x00")
    found = left_out(file)
    assert ("too_long_line", "bulk.jsonl:13") in found
    assert {("not_imported", "bulk.jsonl:14"), ("broken_json", "bulk.jsonl:15")} <= found


def cut(file: Path) -> Path:
    """Take the end away."""
    slack(file)
    file.write_bytes(file.read_bytes()[:-40])
    return file


def text(content: bytes) -> Callable[[Path], Path]:
    """Return what writes such a file."""

    def write(file: Path) -> Path:
        file.write_bytes(content)
        return file

    return write


@pytest.mark.parametrize(
    "make",
    [
        cut,
        text(b""),
        text(b"hello"),
        text(b"{no json}\n"),
        text(b"SQLite format 3\x00 and no more"),
        text(b"PK\x03\x04"),
    ],
)
def test_what_is_no_export_is_said_in_one_line(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    with pytest.raises(BadExportError) as refused:
        left_out(make(tmp_path / "file"))
    assert "\n" not in str(refused.value)


def test_form_that_it_is_not_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(BadExportError, match="slack"),
        opened_export(slack(tmp_path / "slack.zip"), "campfire"),
    ):
        pass


@pytest.mark.parametrize("content", [b"only one\n", b"a,b,c\n", b"a,\n", b"\xff\xfe,b\n"])
def test_list_of_people_is_two_columns(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(BadExportError, match="people"):
        read_map(text(content)(tmp_path / "people.csv"))


@pytest.mark.parametrize(
    ("stamp", "at"),
    [
        (ts(0), DAY * 1_000_000 + 100),
        ("1.5", 1_500_000),
        ("", 0),
        ("-5", 0),
        ("nan", 0),
        ("9" * 30, 0),
        ("٣", 0),
    ],
)
def test_times_that_are_none_are_noticed(stamp: str, at: int, tmp_path: Path) -> None:
    file = slack(tmp_path / "slack.zip", [{**said(0, "x"), "ts": stamp}])
    with opened_export(file, None) as (_, source):
        found = [each for each in source.items() if isinstance(each, SourceMessage)]
    assert found[-1].at == at
