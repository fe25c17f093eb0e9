"""A server at which some logins may only read, as a program's token may."""

from tests.support.server import Server

# Whoever logs in by this user agent may only read.
READER = "reader"


class ScopedServer(Server):
    """Everything else is as always: see scoped_app.py."""

    application = "tests.support.scoped_app:app"
