"""`quart --app app <command>`: what operators run beside the server."""

from quart import Quart

from commands.demo import demo
from commands.migrate import migrate
from commands.sweep import sweep


def init_app(app: Quart) -> None:
    """Add the commands to the app's command line."""
    app.cli.add_command(demo)
    app.cli.add_command(migrate)
    app.cli.add_command(sweep)
