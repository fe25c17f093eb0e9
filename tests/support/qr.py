"""QR codes as a phone's camera reads them."""

import io

import zxingcpp
from PIL import Image
from playwright.async_api import Locator


async def qr_text(picture: Locator) -> str:
    """What the code says that is seen there; AssertionError where none can be read."""
    await picture.scroll_into_view_if_needed()
    with Image.open(io.BytesIO(await picture.screenshot())) as image:
        found = zxingcpp.read_barcodes(image)
    assert [each.format for each in found] == [zxingcpp.BarcodeFormat.QRCode]
    return str(found[0].text)
