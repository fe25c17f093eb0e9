"""Somebody has the cookie of an administrator and owner, and neither the password nor a factor:
whatever changes something for others, or takes their words away, is refused, by the API and on
pages. Of what owners do that is CONFIRMED.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from blueprints.pages.admin_people import ACTS
from blueprints.pages.admin_rooms import ACTS as ROOM_ACTS
from services.policy import CONFIRMED
from tests.support.factories import MakePerson
from tests.support.person import PASSWORD, Person
from tests.support.route_rights import CHANGES
from tests.support.routes import Route, all_routes
from tests.support.second_factor import let_pass, run_sql
from tests.support.server import Server

PERSON = "/admin/people/<int:user_id>"
ROOM = "/admin/rooms/<int:room_id>"
LONG_AHEAD = "2100-01-01 00:00:00+00:00"
OWN = "/rooms/<int:room_id>"
MEMBER = f"{OWN}/members/<int:user_id>"
# Of the links by which people come: these are for who comes.
FOR_GUESTS = {"/api/invites/accept", "/api/invites/look"}

CONNECTION = f"{PERSON}/connections/<process>/<int:number>"

API: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "/api/admin/people", {"username": "stolen"}),
    ("PATCH", f"/api{PERSON}", {"state": "disabled"}),
    ("PATCH", f"/api{PERSON}", {"state": "active"}),
    ("PATCH", f"/api{PERSON}", {"role": "admin"}),
    ("POST", f"/api{PERSON}/reset", None),
    ("POST", f"/api{PERSON}/delete", {"messages": "delete"}),
    ("POST", f"/api{PERSON}/messages/remove", {}),
    ("POST", "/api/admin/people/claim-links", {}),
    ("DELETE", f"/api{CONNECTION}", None),
    ("DELETE", f"/api{PERSON}/sessions", None),
    ("DELETE", f"/api{PERSON}/factors", None),
    ("PATCH", f"/api{ROOM}", {"is_archived": True}),
    ("PATCH", f"/api{ROOM}", {"owner": 1}),
    ("DELETE", f"/api{ROOM}", None),
    ("PATCH", "/api/admin/settings", {"site_name": "Stolen"}),
    ("PUT", "/api/admin/retention", {"days": 1, "sure": True}),
    ("PATCH", "/api/admin/reports/<int:report_id>", {"outcome": "acted", "deletes_message": True}),
    ("POST", "/api/admin/held/<int:held_id>/approve", None),
    ("POST", "/api/admin/held/<int:held_id>/reject", {}),
    ("POST", "/api/admin/invites", {"uses": 1}),
    ("DELETE", "/api/admin/invites/<int:link_id>", None),
    ("POST", "/api/invites", {"uses": 1}),
    ("POST", "/api/invites", {"uses": None, "seconds": None}),
    ("DELETE", "/api/invites/<int:link_id>", None),
    ("DELETE", f"/api{OWN}", None),
    ("PUT", f"/api{OWN}/retention", {"days": 1, "sure": True}),
    ("POST", f"/api{MEMBER}/messages/remove", {}),
    ("GET", "/api/jobs/<int:job_id>/file", None),
]
SETTINGS = {"site_name": "Stolen", "registration": "open"}
PAGES: list[tuple[str, str, dict[str, str]]] = [
    ("POST", "/admin/people", {"username": "stolen"}),
    ("POST", f"{PERSON}/reset", {}),
    ("POST", "/admin/people/claim-links", {"days": "7"}),
    ("POST", f"{CONNECTION}/close", {}),
    *(
        ("POST", f"{PERSON}/<act>", {"act": act, "messages": "delete", "hours": "0"})
        for act in ACTS
    ),
    *(("POST", f"{ROOM}/<act>", {"act": act, "member": "$person"}) for act in ROOM_ACTS),
    ("POST", "/admin/settings", SETTINGS),
    ("POST", "/admin/retention", {"days": "1"}),
    ("POST", "/admin/reports/<int:report_id>", {"outcome": "delete"}),
    ("POST", "/admin/held/<int:held_id>/approve", {}),
    ("POST", "/admin/held/<int:held_id>/reject", {}),
    ("POST", "/admin/invites/<int:link_id>/revoke", {}),
    ("POST", "/invites/", {"uses": "1"}),
    ("POST", "/invites/<int:link_id>/revoke", {}),
    ("POST", f"{OWN}/delete", {}),
    ("POST", f"{OWN}/retention", {"days": "1"}),
    ("POST", f"{OWN}/messages/remove", {"username": "$name", "hours": "24", "reason": "Adverts"}),
    ("GET", "/exports/<int:job_id>", {}),
]

# What an owner may do without it, but not with this in it.
BAN = {"sure": "yes", "hours": "1", "messages": "0", "reason": "Adverts"}

# What could have been changed.
KEPT = (
    "SELECT * FROM site_setting",
    "SELECT username, state, server_role, password_hash FROM user_account WHERE id = :person",
    "SELECT id FROM user_account WHERE username = 'stolen'",
    "SELECT id FROM session WHERE user_id = :person",
    "SELECT id FROM password_reset WHERE user_id = :person",
    "SELECT name, archived_at, retention_days FROM room WHERE id = :room",
    "SELECT user_id, role FROM membership WHERE room_id = :room",
    "SELECT number, body, deleted_at FROM message WHERE room_id = :room",
    "SELECT id, outcome FROM report WHERE room_id = :room",
    "SELECT id, revoked_at FROM invite_link WHERE made_by_id IN (:admin, :person)",
    "SELECT id FROM job WHERE user_id = :person",
    "SELECT id FROM held_message",
    "SELECT id FROM audit_entry WHERE actor_id = :admin",
)


def is_about_others(route: Route) -> bool:
    """Whether it is one that has to be in the tables."""
    if route.websocket or route.method == "GET":
        return False
    asked = CHANGES.get((route.method, route.rule))
    if asked and asked.right in CONFIRMED:
        return True
    links = route.rule.startswith(("/api/invites", "/invites/")) and route.rule not in FOR_GUESTS
    return "/admin/" in route.rule or links


def address(rule: str, values: dict[str, Any]) -> str:
    return re.sub(r"<(?:int:)?(\w+)>", lambda found: str(values[found[1]]), rule)


async def refused_by_api(admin: Person, values: dict[str, Any]) -> list[str]:
    """Return what was not."""
    wrong = []
    for method, rule, body in API:
        answer = await admin.http.request(method, address(rule, values), json=body)
        found = answer.json().get("code", "") if answer.content else ""
        if (answer.status_code, found) != (httpx.codes.FORBIDDEN, "confirmation_required"):
            wrong.append(f"{method} {rule} {body}: {answer.status_code} {found}")
    return wrong


async def refused_on_pages(admin: Person, values: dict[str, Any]) -> list[str]:
    """The same, before and after a question; and whoever confirms comes to a page that is there."""
    wrong, backs = [], set()
    for method, rule, form in PAGES:
        path = address(rule, values | form)
        sent = {
            name: {"$person": values["user_id"], "$name": values["name"]}.get(text, text)
            for name, text in form.items()
        }
        for sure in ({}, {"sure": "yes"}):
            headers = {"Referer": f"{admin.server.url}{path}"}
            data = {**sent, **sure} if method == "POST" else None
            answer = await admin.http.request(method, path, data=data, headers=headers)
            there = urlsplit(answer.headers.get("location", ""))
            back = parse_qs(there.query).get("next", [""])[0]
            backs.add(back)
            if there.path != "/confirm":
                wrong.append(f"{method} {path} {sure}: {answer.status_code}")
    for back in backs:
        page = await admin.http.get(back, follow_redirects=True)
        if not page.is_success:
            wrong.append(f"back to {back}: {page.status_code}")
    return wrong


async def scene(server: Server, admin: Person, other: Person) -> dict[str, Any]:
    """What addresses are made of: somebody's room, message, link; an export of the admin's own."""
    room = await other.create_room(admin)
    await other.post(room, "mine")
    await admin.http.post(f"/api/rooms/{room}/messages/1/report", json={"category": "spam"})
    elsewhere = {"room_id": await other.create_room()}
    link = (await other.http.post("/api/invites", json=elsewhere)).json()["id"]
    ((report,),) = run_sql(server, "SELECT id FROM report WHERE room_id = ?", room)
    run_sql(
        server,
        "INSERT INTO job (kind, user_id, state, file_name, created_at, expires_at)"
        " VALUES ('own_export', ?, 'done', 'none.zip', ?, ?)",
        *(admin.id, LONG_AHEAD, LONG_AHEAD),
    )
    ((job,),) = run_sql(server, "SELECT id FROM job WHERE user_id = ?", admin.id)
    run_sql(server, "UPDATE user_account SET server_role = 'admin' WHERE id = ?", admin.id)
    run_sql(server, "UPDATE room SET retention_days = 60 WHERE id = ?", room)
    await other.http.patch(f"/api/rooms/{room}/members/{admin.id}", json={"role": "owner"})
    names: dict[str, Any] = {"process": "1-a", "number": 1}
    names |= {"user_id": other.id, "room_id": room, "report_id": report, "link_id": link}
    names["name"] = other.username
    run_sql(
        server,
        "INSERT INTO held_message (room_id, user_id, client_id, held_text, held_at)"
        " VALUES (?, ?, 'held', 'mine', ?)",
        *(room, other.id, LONG_AHEAD),
    )
    ((held,),) = run_sql(server, "SELECT id FROM held_message WHERE room_id = ?", room)
    return {**names, "job_id": job, "held_id": held}


async def comes_back_filled_in(admin: Person, values: dict[str, Any]) -> None:
    """What was typed before the confirmation stands in the form behind it."""
    room = f"/rooms/{values['room_id']}"
    removal = {"username": values["name"], "hours": "24", "reason": "Adverts"}
    forms = (
        (f"{room}/members/{values['user_id']}/ban", BAN),
        (f"{room}/messages/remove", removal),
        (f"{room}/retention", {"days": "31"}),
        (f"{room}/retention", {"days": ""}),
    )
    for path, form in forms:
        answer = await admin.http.post(path, data=form)
        back = parse_qs(urlsplit(answer.headers["location"]).query)["next"][0]
        shown = (await admin.http.get(back)).text
        for name, text in form.items():
            field = f'(?s)name="{name}"[^>]* value="{text}"|name="{name}".*value="{text}" selected'
            assert re.search(field, shown), (path, name)


async def test_it_changes_nothing_and_takes_nothing(
    person: MakePerson, shared_server: Server, tmp_path: Path
) -> None:
    tried = {(method, rule) for method, rule, _ in (*API, *PAGES)}
    routes = {
        (each.method, each.rule) for each in await all_routes(tmp_path) if is_about_others(each)
    }
    assert {each for each in tried if each[0] != "GET"} == routes, "add it to the tables"
    admin, other = await person("admin"), await person("other")
    values = await scene(shared_server, admin, other)
    numbers = {":admin": admin.id, ":person": other.id, ":room": values["room_id"]}

    def kept() -> list[Any]:
        found = []
        for sql in KEPT:
            filled = re.sub(r":\w+", lambda name: str(numbers[name[0]]), sql)
            found.append(run_sql(shared_server, filled))
        return found

    token = {"name": "bot", "scopes": ["write", "admin"], "password": PASSWORD}
    secret = (await admin.http.post("/api/tokens", json=token)).json()["token"]
    let_pass(shared_server, admin)
    before = kept()
    wrong = await refused_by_api(admin, values) + await refused_on_pages(admin, values)
    await comes_back_filled_in(admin, values)
    assert wrong == []
    assert kept() == before

    path, bearer = f"/api/admin/people/{other.id}/reset", {"Authorization": f"Bearer {secret}"}
    assert (await admin.http.post(path, headers=bearer)).is_success, "a token is no login"
    await admin.http.post("/api/session/confirm", json={"password": PASSWORD})
    assert (await admin.http.post(path)).is_success
