"""`quart --app app <command>`: what operators run beside the server."""

from quart import Quart

from commands.admin import admin
from commands.backup import backup, restore, verify
from commands.copy_to import copy_to
from commands.demo import demo
from commands.doctor import doctor
from commands.importing import import_history
from commands.migrate import migrate
from commands.search import search
from commands.sweep import sweep
from commands.trace import trace
from commands.upkeep import prune, vacuum
from commands.verify_export import verify_export


def init_app(app: Quart) -> None:
    """Add the commands to the app's command line."""
    app.cli.add_command(admin)
    app.cli.add_command(backup)
    app.cli.add_command(copy_to)
    app.cli.add_command(demo)
    app.cli.add_command(doctor)
    app.cli.add_command(import_history)
    app.cli.add_command(migrate)
    app.cli.add_command(prune)
    app.cli.add_command(restore)
    app.cli.add_command(search)
    app.cli.add_command(sweep)
    app.cli.add_command(trace)
    app.cli.add_command(vacuum)
    app.cli.add_command(verify)
    app.cli.add_command(verify_export)
