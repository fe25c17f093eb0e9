"""GET /metrics: for whoever has the token, true, complete, and as Prometheus wants it."""

import asyncio
import os
import re
import signal
import tomllib

import httpx

from blueprints.api.prometheus import metric_families
from config import VERSION
from realtime.connection import QUEUE_FRAMES, Connection
from realtime.metrics import Metrics, metrics
from tests.support.factories import MakePerson, StartServer
from tests.support.memory_socket import StalledSocket
from tests.support.person import PASSWORD, Person
from tests.support.promtool import promtool
from tests.support.scrape import ALLOWED, TOKEN, scraped, shows, values
from tests.support.server import ROOT, Server
from tests.support.talk import talk
from tests.support.waiting import eventually


async def test_without_a_token_there_is_no_such_page(shared_server: Server) -> None:
    async with httpx.AsyncClient(base_url=shared_server.url, trust_env=False) as client:
        answer = await client.get("/metrics", headers=ALLOWED)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_nobody_gets_in_without_the_token(server: StartServer) -> None:
    node = await server(METRICS_TOKEN=TOKEN)
    async with httpx.AsyncClient(base_url=node.url, trust_env=False) as client:
        for header in (
            "",
            TOKEN,
            "Bearer",
            f"Bearer {TOKEN[:-1]}",
            f"Bearer {TOKEN}x",
            f"Basic {TOKEN}",
            "Bearer ünïcode",
        ):
            given = {b"Authorization": header.encode()} if header else {}
            answer = await client.get("/metrics", headers=given)
            assert (answer.status_code, answer.content) == (401, b""), header
            assert answer.headers["www-authenticate"].startswith("Bearer")
        assert (await client.head("/metrics", headers=ALLOWED)).status_code == 200
        assert (await client.post("/metrics", headers=ALLOWED)).status_code == 405
    await shows(node, {("beseda_http_metrics_refused_total", ""): 7})
    assert TOKEN not in node.log()


async def test_what_happens_is_counted(server: StartServer, person: MakePerson) -> None:
    node = await server(METRICS_TOKEN=TOKEN)
    two = await talk(person, on=node)
    lobby = await two.alice.lobby()
    await two.a.say("one")
    await two.b.say("two")
    await two.a.send({"type": "chat_message", "message": " "})
    await two.a.expect("error", code="empty_message")
    await two.alice.http.post("/api/session", json={"username": "x", "password": PASSWORD})
    for fields in ({"type": "edit_message", "message": "x"}, {"type": "delete_message"}):
        await two.a.send({"message_id": 1, **fields})
        await two.a.expect("done")
    resumed = await two.bob.connect(two.room, after=0)
    await resumed.expect("ready")
    assert await two.bob.refused(two.room + 1) == 403
    await shows(
        node,
        {
            ("beseda_connections", "room"): 3,
            ("beseda_connections", "lobby"): 1,
            ("beseda_users_connected", ""): 2,
            ("beseda_rooms_open", ""): 1,
            ("beseda_messages_stored_total", ""): 2,
            ("beseda_messages_delivered_total", ""): 8,
            ("beseda_message_changes_total", "edited"): 1,
            ("beseda_message_changes_total", "deleted"): 1,
            ("beseda_messages_waiting", ""): 0,
            ("beseda_message_delivery_seconds_count", ""): 4,
            ("beseda_message_delivery_seconds_bucket", "+Inf"): 4,
            ("beseda_frames_refused_total", "empty_message"): 1,
            ("beseda_connections_opened_total", ""): 4,
            ("beseda_handshakes_refused_total", "not_a_member"): 1,
            ("beseda_resumes_total", "none"): 2,
            ("beseda_resumes_total", "caught_up"): 1,
            ("beseda_registrations_total", ""): 2,
            ("beseda_logins_total", ""): 2,
            ("beseda_logins_refused_total", ""): 1,
            ("beseda_database_up", ""): 1,
            ("beseda_draining", ""): 0,
            ("beseda_process_up", ""): 1,
        },
    )
    found, later = values(await scraped(node)), values(await scraped(node))
    assert found["beseda_frames_received_total", ""] >= 3
    assert found["beseda_journal_batch_seconds_count", ""] in (3, 4)
    assert found["beseda_event_loop_lag_seconds_count", ""] > 1
    # The second counts the first.
    answered = ("beseda_http_requests_total", "2xx")
    assert later[answered] == found[answered] + 1
    assert found["process_cpu_seconds_total", ""] > 0
    assert ("beseda_redis_up", "") not in found
    await two.alice.http.delete(f"/api/rooms/{two.room}")
    await lobby.close()
    await shows(
        node,
        {
            ("beseda_connections_closed_total", "4404"): 3,
            ("beseda_connections_closed_total", "by_peer"): 1,
            ("beseda_connections", "room"): 0,
            ("beseda_connections", "lobby"): 0,
            ("beseda_rooms_open", ""): 0,
        },
    )


async def test_limits_and_failures_are_counted(server: StartServer, redis_url: str) -> None:
    node = await server(METRICS_TOKEN=TOKEN, RATE_LIMITS="on", REDIS_URL=redis_url)
    nobody = Person(node)
    body = {"username": "somebody", "password": PASSWORD}
    # At once: 20 pass, and one every three seconds more, however slow the machine.
    tries = [nobody.http.post("/api/session", json=body) for _ in range(60)]
    statuses = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert statuses.count(429) > 0
    assert (await nobody.http.get("/api/rooms")).status_code == 401
    await nobody.close()
    await shows(
        node,
        {
            ("beseda_http_rate_limited_total", ""): statuses.count(429),
            ("beseda_http_requests_total", "4xx"): sum(400 <= each < 500 for each in statuses) + 1,
            ("beseda_logins_refused_total", ""): statuses.count(401),
            ("beseda_redis_up", ""): 1,
        },
    )


async def test_promtool_has_no_complaint(server: StartServer, person: MakePerson) -> None:
    """Names, types, units and form."""
    node = await server(METRICS_TOKEN=TOKEN)
    two = await talk(person, on=node)
    await two.a.say("something to count")
    assert await promtool("check", "metrics", given=await scraped(node)) == (0, "")


async def test_any_worker_answers_for_all(server: StartServer, person: MakePerson) -> None:
    """And one that hangs does not keep the others from it."""
    node = await server("--workers", "3", METRICS_TOKEN=TOKEN)
    alice = await person("alice", on=node)
    room = await alice.create_room()
    chats = [await alice.connect(room) for _ in range(6)]
    for chat in chats:
        await chat.expect("ready")

    def processes(text: str) -> set[str]:
        return set(re.findall(r'^beseda_process_up\{process="(\d+)"\} 1\.0$', text, re.MULTILINE))

    async def all_are_there() -> bool:
        return len(processes(await scraped(node))) == 3

    await eventually(all_are_there, "all workers")
    for _ in range(6):
        assert values(await scraped(node))["beseda_connections", "room"] == 6
    hanging = min(processes(await scraped(node)))
    os.kill(int(hanging), signal.SIGSTOP)
    try:

        async def is_seen() -> bool:
            try:
                text = await asyncio.wait_for(scraped(node), 5)
            except (TimeoutError, httpx.TransportError):
                return False  # The one that hangs was asked.
            assert f'beseda_process_up{{process="{hanging}"}} 0.0' in text
            assert len(processes(text)) == 2
            return True

        await eventually(is_seen, "a worker that does not hang", 60)
    finally:
        os.kill(int(hanging), signal.SIGCONT)


async def test_folder_of_the_sockets_is_for_the_user_alone_and_is_put_away(
    server: StartServer,
) -> None:
    node = await server(METRICS_TOKEN=TOKEN)
    folder = node.folder / "instance" / "metrics"
    assert folder.stat().st_mode & 0o077 == 0
    assert len(list(folder.glob("*/*.sock"))) == 1
    await node.kill()
    await node.start()
    assert len(list(folder.glob("*/*.sock"))) == 1, "what the killed one has left is removed"
    await node.stop()
    assert list(folder.glob("*/*.sock")) == []


def test_every_metric_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    table = page.split("## All of them")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\| `(beseda_\w+)`", table, re.MULTILINE))
    source = Metrics()
    for name in metrics.histograms:
        source.histogram(name)
    for name in ("message_delivery", "journal_batch", "event_loop_lag", "http_request_duration"):
        source.histogram(name)
    made = {
        f"{each.name}_total" if each.type == "counter" else each.name
        for each in metric_families(source)
    }
    special = {"beseda_process_up", "beseda_build_info", "beseda_database_up"}
    assert documented == made | special
    watched = set(re.findall(r"beseda_[a-z_]+", page.split("## What to watch")[1]))
    assert {name.removesuffix("_bucket") for name in watched} <= documented


def test_everything_that_is_counted_is_shown() -> None:
    """A name that is counted somewhere and in no family would be counted for nobody."""
    counted = {
        name
        for path in [*ROOT.glob("realtime/**/*.py"), *ROOT.glob("blueprints/**/*.py")]
        for name in re.findall(
            r"""(?:metrics|counted)\.(?:count|gauge)\(\s*f?"([a-z_]+)""", path.read_text("utf-8")
        )
    }
    shown = {each.name.removeprefix("beseda_") for each in metric_families(Metrics())}
    assert counted
    assert counted <= shown


def test_histogram_counts_as_prometheus_does() -> None:
    source = Metrics()
    source.histogram("journal_batch").observe_all([0.001, 0.0011, 0.5, 99.0])
    (family,) = (each for each in metric_families(source) if each.type == "histogram")
    buckets = {each.labels["le"]: each.value for each in family.samples if "le" in each.labels}
    assert (buckets["0.001"], buckets["0.0025"], buckets["0.25"]) == (1, 2, 2)
    assert (buckets["0.5"], buckets["10"], buckets["+Inf"]) == (3, 3, 4)
    (total,) = (each.value for each in family.samples if each.name.endswith("_sum"))
    assert abs(total - 99.5021) < 1e-9


async def test_shed_frames_are_counted() -> None:
    connection = Connection(
        StalledSocket(), number=1, room_id=1, user_id=1, username="x", session_id=1
    )
    before = metrics.counters["passing_frames_shed"]
    sent = QUEUE_FRAMES
    for _ in range(sent):
        connection.send_ephemeral("typing:1", b"x")
    # Half of the queue is kept whatever it is; of the rest only the latest.
    shed = metrics.counters["passing_frames_shed"] - before
    await connection.abandon()
    assert sent - QUEUE_FRAMES // 2 <= shed < sent


def test_version_is_the_one_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
