"""Pictures for logos."""

import io

from PIL import Image


def a_png(width: int = 600, height: int = 200) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (width, height), "#1f4e79").save(picture, "PNG")
    return picture.getvalue()
