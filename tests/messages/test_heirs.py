"""Who owns a room when its last owner has gone."""

from models import Membership, User
from models.account_erasure import heirs_of
from models.admission import Leave
from models.database import atomically
from tests.support.tables import opened, people, room_of


async def test_who_can_log_in_owns_a_room_before_who_cannot(database_url: str) -> None:
    async with opened(database_url):
        anna, boris, vera = await people("anna", "boris", "vera")
        room = await room_of(anna, boris, vera)
        await User.filter(id=boris.id).update(state=User.DISABLED)
        assert [each.username for each in await heirs_of(anna.id)] == ["vera"]
        for leaves, owns in ((anna, vera), (vera, boris)):
            await atomically(Leave(await Membership.of(leaves.id, room), leaves.id).store)
            owners = Membership.filter(room_id=room, role=Membership.OWNER)
            assert await owners.values_list("user_id", flat=True) == [owns.id]
