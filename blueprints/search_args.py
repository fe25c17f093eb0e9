"""What a search brings in its address, for the API and the page alike."""

from datetime import tzinfo

from werkzeug.datastructures import MultiDict

from blueprints.context import int_arg
from errors import Refusal
from services.search.query import Query, parse, set_operator

# Fields of their own beside `q`, and the operators that they stand for.
FIELDS = {"from": "from", "has": "has", "before": "before", "after": "after", "is": "is"}
SORTS = ("", "newest", "relevance")


def query_of(args: MultiDict[str, str], zone: tzinfo) -> Query:
    """The query of `q` and the fields; days are those of this zone.

    Raises:
        Refusal: bad_search, search_too_long; bad_request, where the room is no number.
    """
    args = MultiDict([(name, value) for name, value in args.items(multi=True) if value])
    query = parse(args.get("q", ""), zone)
    for name, operator in FIELDS.items():
        for value in filter(None, args.getlist(name)):
            set_operator(query, operator, value, zone)
    query.room_id = int_arg(args, "room")
    return query


def is_ranked(args: MultiDict[str, str]) -> bool:
    """Whether the best come first. Raises Refusal: bad_request."""
    sort = args.get("sort", "")
    if sort not in SORTS:
        raise Refusal("bad_request", problem="sort")
    return sort == "relevance"
