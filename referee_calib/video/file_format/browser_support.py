"""Which browsers play a file as it is: by container, codec and pixel format.

What is commonly known of Chromium, Firefox and Safari without codecs of the operating system, on the side of caution: a
browser is listed only where it is expected to play the file on every machine. H.264 and HEVC with other than 8 bits of
4:2:0 depend on the machine, as AV1 does in Safari. What is played wrongly or not at all costs no rater a frame: a
standing picture never comes from the browser, and a file that it refuses is shown frame by frame.
"""

from __future__ import annotations

from typing import Literal

Browser = Literal["Chromium", "Firefox", "Safari"]
BROWSERS: tuple[Browser, ...] = ("Chromium", "Firefox", "Safari")
_PLAIN = frozenset({"yuv420p", "yuvj420p"})
_DEEP = _PLAIN | {"yuv420p10le"}
# (container family, codec) -> pixel formats by browser
_PLAYED: dict[tuple[str, str], dict[Browser, frozenset[str]]] = {
    ("mov", "h264"): {"Chromium": _PLAIN, "Firefox": _PLAIN, "Safari": _PLAIN},
    ("mov", "hevc"): {"Safari": _DEEP},
    ("mov", "vp9"): {"Chromium": _DEEP, "Firefox": _DEEP, "Safari": _PLAIN},
    ("mov", "av1"): {"Chromium": _DEEP, "Firefox": _DEEP},
    ("matroska", "vp8"): {"Chromium": _PLAIN, "Firefox": _PLAIN, "Safari": _PLAIN},
    ("matroska", "vp9"): {"Chromium": _DEEP, "Firefox": _DEEP, "Safari": _PLAIN},
    ("matroska", "av1"): {"Chromium": _DEEP, "Firefox": _DEEP},
}


def browsers_that_play(container: str, codec: str, pixel_format: str) -> dict[Browser, bool]:
    """Return for each browser whether it plays a file; names are FFmpeg's, of the container its family."""
    known = _PLAYED.get((container, codec), {})
    return {browser: pixel_format in known.get(browser, ()) for browser in BROWSERS}


def plays_commonly(container: str, codec: str, pixel_format: str) -> bool:
    """Whether both Chromium and Firefox play a file, which is what the annotation app asks for."""
    plays = browsers_that_play(container, codec, pixel_format)
    return plays["Chromium"] and plays["Firefox"]


def why_not(container: str, codec: str, pixel_format: str) -> str:
    """Say why not every browser plays a file, "" where all do."""
    plays = browsers_that_play(container, codec, pixel_format)
    if all(plays.values()):
        return ""
    lacking = ", ".join(browser for browser, good in plays.items() if not good)
    seen = f"{codec}, {pixel_format}, in {container}"
    if (container, codec) not in _PLAYED:
        places = sorted(place for place, other in _PLAYED if other == codec)
        if places:
            return f"{seen}: browsers play this codec only in MP4 or WebM"
        return f"{seen}: browsers play H.264, VP8, VP9 and AV1 only"
    return f"{seen}: not played by {lacking}"
