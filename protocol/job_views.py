"""Exports, as the API shows them to who has asked for them."""

from msgspec import UNSET, Struct, UnsetType

from protocol.encoding import Timestamp


class JobView(Struct):
    """One of them: `kind` is own_export or room_export, `state` waiting, running, done or failed.
    `progress` of `total` messages are done; 0 of 0: not known yet. `error` is the code of what has
    failed, with its sentence for people; `url` is where the file is, until `expires_at`.
    """

    id: int
    kind: str
    state: str
    progress: int
    total: int
    created_at: Timestamp
    room_id: int | UnsetType = UNSET
    error: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    finished_at: Timestamp | UnsetType = UNSET
    expires_at: Timestamp | UnsetType = UNSET
    url: str | UnsetType = UNSET
    bytes: int | UnsetType = UNSET


class JobList(Struct):
    """Somebody's own, the latest first."""

    jobs: list[JobView]


class AdminJobView(JobView, kw_only=True):
    """One of anybody's, whose id is `user_id`; `kind` may be erasure and removal as well, whose
    `progress` counts rooms, and import, which is nobody's, and has the `source`. The file of an
    export is for its owner alone.
    """

    user_id: int | UnsetType = UNSET
    source: str | UnsetType = UNSET


class AdminJobList(Struct):
    """The latest 100."""

    jobs: list[AdminJobView]
