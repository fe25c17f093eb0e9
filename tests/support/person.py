"""A person who uses Beseda through its JSON API and its WebSockets, as a foreign front end does."""

import itertools
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from tests.support.chat import Chat, Frame
from tests.support.server import Server
from tests.support.waiting import DEADLINE

PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


def unique(name: str) -> str:
    """Return `name` with a number that no other person of this run has: servers are shared
    between tests.
    """
    return f"{name}{next(_numbers)}"


class Person:
    """Somebody on one server. `id` and `username` are known once registered or logged in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.id = 0
        self.username = ""
        self.http = httpx.AsyncClient(
            base_url=server.url, trust_env=False, timeout=DEADLINE * 2, verify=server.trust
        )
        self.chats: list[Chat] = []

    @classmethod
    async def join(cls, server: Server, name: str = "somebody") -> Self:
        """Register under a unique name made from `name`, and log in."""
        person = cls(server)
        await person.join_by_form(unique(name))
        return person

    async def join_by_form(self, username: str) -> None:
        """POST /register, which makes an account and logs in, with one hash instead of two."""
        fields = {"username": username, "password": PASSWORD}
        answer = await self.http.post("/register", data=fields)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        account = await self._get("/api/session")
        self.id, self.username = account["id"], account["username"]

    async def register(self, username: str, password: str = PASSWORD) -> None:
        """POST /api/users."""
        answer = await self._post("/api/users", 201, username=username, password=password)
        self.id, self.username = answer["id"], answer["username"]

    async def login(self, username: str | None = None, password: str = PASSWORD) -> None:
        """POST /api/session; the cookie stays in `http`."""
        answer = await self._post(
            "/api/session", 200, username=username or self.username, password=password
        )
        self.id, self.username = answer["id"], answer["username"]

    async def logout(self) -> None:
        """DELETE /api/session."""
        assert (await self.http.delete("/api/session")).status_code == httpx.codes.NO_CONTENT

    async def at(self, server: Server) -> "Person":
        """Return the same person, logged in at another server on the same database."""
        other = Person(server)
        await other.login(self.username)
        return other

    async def create_room(self, *members: "Person", name: str = "Kitchen") -> int:
        """POST /api/rooms; return the room's id."""
        usernames = [member.username for member in members]
        return int((await self._post("/api/rooms", 201, name=name, members=usernames))["id"])

    async def add_member(self, room_id: int, other: "Person") -> None:
        """POST /api/rooms/<id>/members."""
        await self._post(f"/api/rooms/{room_id}/members", 201, username=other.username)

    async def invite(self, room_id: int, other: "Person") -> None:
        """Ask somebody back into a room, who accepts."""
        await self._post(f"/api/rooms/{room_id}/members", 202, username=other.username)
        answer = await other.http.post(f"/api/rooms/{room_id}/accept")
        assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    async def remove_member(self, room_id: int, user_id: int) -> None:
        """DELETE /api/rooms/<id>/members/<user_id>."""
        answer = await self.http.delete(f"/api/rooms/{room_id}/members/{user_id}")
        assert answer.status_code == httpx.codes.NO_CONTENT, answer.text

    async def direct(self, other: "Person", *, accepted: bool = True) -> int:
        """POST /api/direct; return the room's id. The other one accepts it, if told so."""
        room = await self._post("/api/direct", 200, username=other.username)
        if accepted:
            await other.http.post(f"/api/rooms/{room['id']}/accept")
        return int(room["id"])

    async def post(self, room_id: int, text: str, client_id: str | None = None) -> Frame:
        """POST a message over HTTP; return its message_sent frame."""
        body = {"message": text} if client_id is None else {"message": text, "client_id": client_id}
        return await self._post(f"/api/rooms/{room_id}/messages", 201, **body)

    async def rooms(self) -> list[dict[str, Any]]:
        """GET /api/rooms."""
        return list((await self._get("/api/rooms"))["rooms"])

    async def room(self, room_id: int) -> dict[str, Any]:
        """GET /api/rooms/<id>."""
        return await self._get(f"/api/rooms/{room_id}")

    async def messages(self, room_id: int, **query: int) -> list[Frame]:
        """GET /api/rooms/<id>/messages; oldest first. Query: before, after, limit."""
        return list((await self._get(f"/api/rooms/{room_id}/messages", **query))["messages"])

    async def rename_room(self, room_id: int, name: str) -> None:
        """PATCH /api/rooms/<id>."""
        answer = await self.http.patch(f"/api/rooms/{room_id}", json={"name": name})
        assert answer.is_success, answer.text

    async def set_role(self, room_id: int, user_id: int, role: str) -> None:
        """PATCH /api/rooms/<id>/members/<user_id>."""
        path = f"/api/rooms/{room_id}/members/{user_id}"
        answer = await self.http.patch(path, json={"role": role})
        assert answer.is_success, answer.text

    async def changes(self, room_id: int, **query: int) -> dict[str, Any]:
        """GET /api/rooms/<id>/changes. Query: since, limit."""
        return await self._get(f"/api/rooms/{room_id}/changes", **query)

    async def connect(
        self,
        room_id: int,
        after: int | None = None,
        read: str | None = None,
        origin: str | None = None,
        *,
        since: int | None = None,
        slash: bool = True,
    ) -> Chat:
        """Open a WebSocket to the room. InvalidStatus when refused; see `refused`."""
        given = {"after": after, "since": since, "read": read}
        query = httpx.QueryParams({key: value for key, value in given.items() if value is not None})
        path = f"/ws/chat/{room_id}{'/' if slash else ''}?{query}".rstrip("?")
        return await self.open(path, origin)

    async def lobby(self) -> Chat:
        """Open a WebSocket to the lobby, and wait until it hears."""
        chat = await self.open("/ws/")
        await chat.expect("ready", user_id=self.id)
        return chat

    async def open(self, path: str, origin: str | None = None) -> Chat:
        """Open a WebSocket. InvalidStatus when refused."""
        socket = await connect(
            f"{self.server.ws_url}{path}",
            origin=Origin(origin) if origin is not None else None,
            additional_headers=self._credentials,
            proxy=None,
            ssl=self.server.tls,
            open_timeout=DEADLINE,
            # The server pings; a client that pings too would hide it when the server's pings are
            # missing.
            ping_interval=None,
            close_timeout=DEADLINE,
            max_size=None,
            max_queue=None,
        )
        chat = Chat(socket)
        self.chats.append(chat)
        return chat

    async def refused(self, room_id: int, **options: Any) -> int:
        """Try to connect, and return the HTTP status of the refusal; AssertionError when let in."""
        try:
            chat = await self.connect(room_id, **options)
        except InvalidStatus as refusal:
            return refusal.response.status_code
        await chat.close()
        raise AssertionError(f"{self.username} was let into room {room_id}")

    @property
    def cookie(self) -> str:
        """The login's cookie, as a browser would send it to the server; "" without a login."""
        names = ("beseda", "__Host-beseda")
        mine = [each for each in self.http.cookies.jar if each.name in names]
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in mine)

    @property
    def _credentials(self) -> dict[str, str]:
        """What the requests in `http` have as well: the cookie of a login, or a program's token."""
        sent = {"Cookie": self.cookie, "Authorization": self.http.headers.get("Authorization", "")}
        return {name: value for name, value in sent.items() if value}

    async def close(self) -> None:
        """Close every connection."""
        for chat in self.chats:
            await chat.close()
        await self.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _post(self, path: str, status: int, /, **body: Any) -> dict[str, Any]:
        return self._checked(await self.http.post(path, json=body), status)

    async def _get(self, path: str, /, **query: int) -> dict[str, Any]:
        return self._checked(await self.http.get(path, params=query), 200)

    @staticmethod
    def _checked(answer: httpx.Response, status: int) -> dict[str, Any]:
        request = f"{answer.request.method} {answer.request.url.path}"
        assert answer.status_code == status, f"{request}: {answer.status_code} {answer.text}"
        found: dict[str, Any] = answer.json()
        return found
