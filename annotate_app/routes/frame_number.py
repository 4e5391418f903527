"""The number of a frame, or of a claim's moment, in an address: up to nine digits; a longer one is nobody's address."""

from __future__ import annotations

from starlette.convertors import IntegerConvertor, register_url_convertor

NUMBER = "frame_number"


class FrameNumberConvertor(IntegerConvertor):
    """Whole numbers that Python reads, whoever typed them."""

    regex = "[0-9]{1,9}"


register_url_convertor(NUMBER, FrameNumberConvertor())
