"""A picture as it is sent: encoded once, so that an endpoint and an engine in the process see the same pixels.

JPEG without chroma subsampling (4:4:4) at quality 90 is the default format. A frame of 1024 x 576 with a little
camera noise takes about 100 KB that way and 930 KB as a PNG. With subsampling (4:2:0, what most writers do) the
red of a box line is halved and smeared over its neighbours: on small frames it is off by 17 of 255 counts on
average, at 4:4:4 by 1.5. Decoders differ in how they enlarge subsampled colour; at 4:4:4 there is nothing to
enlarge, and OpenCV and Pillow decode to the same pixels. PNG is there for who wants every pixel as it was
rendered and can pay for the upload.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from referee_calib.cached_attribute import cached_attribute

if TYPE_CHECKING:
    import numpy as np

Mime = Literal["image/png", "image/jpeg"]
Encoding = Literal["jpeg", "png"]


@dataclass(frozen=True)
class Picture:
    """One encoded picture.

    Attributes
    ----------
    data : bytes
        The file: what is uploaded, and what the cache key is made of.
    mime : {"image/png", "image/jpeg"}
    width, height : int
        In pixels.
    """

    data: bytes
    mime: Mime
    width: int
    height: int

    @cached_attribute
    def pixels(self) -> np.ndarray:
        """Decode `data`: uint8, (height, width, 3), RGB; what every receiver of the file sees."""
        from referee_calib.video import decode

        return decode(self.data)

    @property
    def url(self) -> str:
        """The picture as a ``data:`` address, for endpoints that take images inside the request."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode('ascii')}"


def encode(image: np.ndarray, encoding: Encoding = "jpeg", quality: int = 90) -> Picture:
    """Encode a rendered picture: uint8, shape (height, width, 3), RGB."""
    from referee_calib.video import encode_jpeg, encode_png

    height, width = image.shape[:2]
    if encoding == "png":
        return Picture(encode_png(image), "image/png", width, height)
    return Picture(encode_jpeg(image, quality, full_colour=True), "image/jpeg", width, height)


def size_within_budget(height: int, width: int, *, longest: int, pixels: int, shortest: int) -> tuple[int, int]:
    """Return the size of a picture that keeps to a budget; the shape is kept as far as whole pixels allow.

    The shorter side is enlarged to `shortest`, as far as `longest` and `pixels` allow; 0 never enlarges.
    """
    most = min(longest / max(height, width), (pixels / (height * width)) ** 0.5)
    scale = min(most, max(1.0, shortest / min(height, width)))
    if scale == 1:
        return height, width
    # Whole pixels are rounded down, so that the budget holds to the pixel; 1e-9: 0.7 x 10 is 7.
    return max(1, int(height * scale + 1e-9)), max(1, int(width * scale + 1e-9))
