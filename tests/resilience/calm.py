"""How it ends, whatever has happened: what has to be true when everything is quiet again."""

from functools import partial

from realtime.reconcile import compare
from tests.resilience.command_kinds import Renames
from tests.resilience.compared_command import outcome
from tests.resilience.deployment import Deployment
from tests.support.room_facts import message_ids
from tests.support.waiting import eventually

RESUMED = 8  # Points that are resumed from.


async def end(deployment: Deployment) -> None:
    """Let it become quiet, and hold everything against the model."""
    await _calm(deployment)
    if deployment.room.memberships:
        await _notify(deployment)
        await _resume(deployment)
    _check(deployment)


async def _calm(deployment: Deployment) -> None:
    """Whatever was lost, one comparison each mends it."""
    await deployment.settled()
    for number in range(len(deployment.nodes)):
        await deployment.compare_heads(number)
    await _everybody_knows(deployment, "after a comparison")
    for node in deployment.nodes:
        await compare(node.services.hub, heads=False, rights=True)
    await eventually(partial(_nobody_stays, deployment), "those who have left to be sent away")


async def _notify(deployment: Deployment) -> None:
    """What is done now comes to everybody without any comparison."""
    room = deployment.room
    actor = await deployment.membership(next(filter(room.is_owner, room.memberships)))
    for node in range(len(deployment.nodes)):
        await deployment.ask(Renames(actor, f"Room {node}"), node)
    deployment.deliver_all()
    await _everybody_knows(deployment, "by notifications")


async def _resume(deployment: Deployment) -> None:
    """Whoever comes back from any point arrives where the others are."""
    head = len(deployment.room.changes)
    somebody = next(iter(deployment.room.memberships))
    who = [user.id for user in deployment.world.people].index(somebody)
    for since in range(0, head, 1 + head // RESUMED):
        await deployment.enter(since % len(deployment.nodes), who, since)
    await _everybody_knows(deployment, "by ?since=")


async def _everybody_knows(deployment: Deployment, how: str) -> None:
    """Wait until all members know all changes, and whoever is still there was answered. Whoever was
    sent away by the end of an earlier membership comes back by the one of now.
    """
    room, head = deployment.room, len(deployment.room.changes)

    async def know() -> bool:
        members = [each for each in deployment.readers if each.user.id in room.memberships]
        for reader in members:
            if not reader.is_connected:
                await deployment.visit(reader, 0)
        return all(
            reader.is_ready and reader.last == head and not reader.unanswered for reader in members
        )

    await eventually(know, f"everybody to know {head} changes {how}")


async def _nobody_stays(deployment: Deployment) -> bool:
    return not any(
        visit.is_open and visit.membership_id in deployment.room.ended
        for reader in deployment.readers
        for visit in reader.visits
    )


def _check(deployment: Deployment) -> None:
    """Everybody was told everything, once, and it is what was stored."""
    for reader in deployment.readers:
        for client_id, message_id in reader.answers.items():
            deployment.answered(client_id, message_id)
    assert deployment.problems == []
    if not deployment.room.memberships:
        return  # The room is no more, and nobody has anything to compare it with.
    for reader in deployment.readers:
        reader.check(deployment.room)
        if reader.user.id in deployment.room.memberships:
            assert reader.facts == deployment.room.facts
    _check_posts(deployment)
    _check_outcomes(deployment)


def _check_posts(deployment: Deployment) -> None:
    """Nothing is stored twice or otherwise, and what was acknowledged is."""
    room = deployment.room
    ids = message_ids(room.facts)
    stored = {room.of_message(each, "client_id"): each for each in ids}
    assert ids == list(range(room.floor + 1, room.floor + 1 + len(stored)))
    answers = {each: number for each, number in deployment.answers.items() if number > room.floor}
    assert answers.items() <= stored.items()


def _check_outcomes(deployment: Deployment) -> None:
    """Whatever was answered was right at some moment before the answer."""
    for kind, began, upto, what in deployment.outcomes:
        states = deployment.room.states[began : upto + 1]
        assert any(outcome(kind, state.copy()) == what for state in states), (kind, what)
