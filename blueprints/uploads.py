"""The picture in a form that was sent as multipart/form-data."""

import re

# As browsers write it.
_BOUNDARY = re.compile(r'boundary="?([^";,\s]{1,70})"?', re.IGNORECASE)
HEAD_MAX = 2_048


def file_of(data: bytes, content_type: str) -> bytes:
    """The content of the first part of a form; b"" where there is none. Ours has no other."""
    found = _BOUNDARY.search(content_type)
    if found is None or not content_type.lower().startswith("multipart/form-data"):
        return b""
    mark = b"--" + found[1].encode("latin-1", "replace")
    begin = data.find(b"\r\n\r\n", 0, HEAD_MAX)
    if not data.startswith(mark) or begin < 0:
        return b""
    # Two bytes earlier: an empty part has no line of its own.
    end = data.find(b"\r\n" + mark, begin + 2)
    return data[begin + 4 : end] if end >= 0 else b""
