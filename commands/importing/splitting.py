"""Texts that are longer than a message may be."""

from limits import MESSAGE_MAX

# A part is not to be much shorter than it could be, only to end with a line.
LEAST = MESSAGE_MAX // 2


def split(text: str) -> tuple[str, ...]:
    """The text in parts that each fit into a message: cut at a line, else at a space, else where it
    has to be.
    """
    parts: list[str] = []
    text = text.strip()
    while len(text) > MESSAGE_MAX:
        cut = max(text.rfind("\n", LEAST, MESSAGE_MAX), 0)
        cut = cut or max(text.rfind(" ", LEAST, MESSAGE_MAX), 0) or MESSAGE_MAX
        parts.append(text[:cut].strip())
        text = text[cut:].strip()
    return tuple(part for part in (*parts, text) if part)
