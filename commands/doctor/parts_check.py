"""Redis, the storage of files, the mail server and the provider of logins: by the very parts that
serve.
"""

import os
import secrets
from collections.abc import AsyncIterator
from email.utils import parseaddr
from pathlib import Path

from commands.doctor.database_check import clock
from commands.doctor.finding import Finding, amount, failure, ok, one_line, warning
from config import INSTANCE, Settings
from services.storage import Storage, open_storage
from services.storage.folder import make_private

SLOW_MS = 20.0
BYTES = b"doctor\n"


async def check_redis(settings: Settings) -> AsyncIterator[Finding]:
    """Its version, how long it takes, whether it carries what is told, what it forgets."""
    if settings.redis_url is None:
        yield ok("redis", "there is none: this process serves alone")
        return
    from realtime.broadcast.redis_state import redis_state  # noqa: PLC0415 - only where there is one

    try:
        state = await redis_state(settings.redis_url)
    except Exception as error:
        yield failure("redis", one_line(error), "Is it running? Is REDIS_URL right?")
        return
    says = f"{state.version}, answers in {state.milliseconds:.1f} ms, {state.clients} clients"
    slow = warning("redis", says, "Let it be nearer, or look what else it does: SLOWLOG GET.")
    yield slow if state.milliseconds > SLOW_MS else ok("redis", says)
    if not state.is_heard:
        advice = "Messages will cross processes late: may this user use pub/sub (ACL)?"
        yield failure("redis", "what was published did not come back", advice)
    if state.memory_limit and state.eviction != "noeviction":
        advice = "CONFIG SET maxmemory-policy noeviction: else people who are here seem away."
        limit = amount(state.memory_limit)
        yield warning("redis", f"it forgets at {limit} ({state.eviction})", advice)
    yield clock("Redis", state.ahead)


async def check_storage(settings: Settings) -> Finding:
    """Write a file, read it, delete it."""
    folder = INSTANCE if "://" in settings.files_url else Path(settings.files_url).parent
    if folder.exists() and os.geteuid() != folder.stat().st_uid:
        advice = "What it made would be another user's: run this as Beseda's user."
        return warning("storage", f"not tried: {folder} belongs to another user", advice)
    try:
        storage = open_storage(settings.files_url)
        key = secrets.token_hex(16)
        try:
            is_same = await _kept(storage, key)
        finally:
            await storage.delete(key)
        if not is_same:
            return failure("storage", "what was read is not what was written", "Look at the disk.")
        if await storage.size(key) is not None:
            return failure("storage", "what was deleted is still there", "Look at the rights.")
    except Exception as error:
        return failure("storage", one_line(error), "Is FILES_URL right, may Beseda write there?")
    return ok("storage", "a file was written, read and deleted")


async def _kept(storage: Storage, key: str) -> bool:
    make_private(storage.workplace)
    source = storage.workplace / key
    source.write_bytes(BYTES)
    await storage.take(key, source)
    parts = [part async for part in storage.read(key, 0, len(BYTES))]
    return b"".join(parts) == BYTES


async def check_mail(settings: Settings) -> Finding:
    """Connect, log in, and leave without a mail."""
    if settings.smtp_url is None:
        return ok("mail", "none is sent: there is no SMTP_URL")
    from services.smtp import MailServer  # noqa: PLC0415 - only where there is one

    sender = parseaddr(settings.mail_from)[1]
    try:
        said = await MailServer(settings.smtp_url, sender, sender.partition("@")[2]).greet()
    except Exception as error:
        return failure("mail", one_line(error), "SMTP_URL: the host, the port, TLS, the password?")
    return ok("mail", said)


async def check_provider(settings: Settings) -> AsyncIterator[Finding]:
    """What the OpenID provider says of itself."""
    if settings.oidc_issuer is None:
        return
    from services.oidc_provider import Provider  # noqa: PLC0415 - only where there is one

    try:
        found = await Provider(settings).metadata()
    except Exception as error:
        yield failure(
            "provider", one_line(error), "OIDC_ISSUER: exactly as the provider writes it?"
        )
    else:
        yield ok("provider", f"{found.issuer} answers")
