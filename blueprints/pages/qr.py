"""Addresses as QR codes, for whoever holds a phone up to a screen."""

import asyncio

import segno
from markupsafe import Markup


async def qr_svg(address: str) -> Markup:
    """An `svg` element without style attributes, which our content security policy forbids. It is
    dark on light also on a dark page: many readers know no other.
    """
    # 40 ms for an address of 80 characters: somebody else's turn meanwhile.
    return Markup(await asyncio.to_thread(_svg, address))  # noqa: S704 - made of modules alone


def _svg(address: str) -> str:
    code = segno.make_qr(address, error="m")
    return str(code.svg_inline(omitsize=True, light="#fff", svgclass="qr", lineclass=None))
