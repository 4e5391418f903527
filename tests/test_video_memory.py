"""Reading frames frees what it took: malloc has no more in use after many videos than after a few."""

import ctypes
import gc
from pathlib import Path

import pytest

from referee_calib.video import frames_at

CLIP = Path(__file__).parents[1] / "data" / "sample_study" / "media" / "swap.mp4"
TIMES = 60
FIELDS = ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost")


class Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in FIELDS]


def bytes_in_use():
    try:
        ask = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        pytest.skip("only glibc 2.33 and later say what malloc has in use")
    ask.restype = Mallinfo
    gc.collect()
    found = ask()
    return found.uordblks + found.hblkhd


def test_a_video_that_is_read_leaves_nothing_behind():
    def read(count):
        for _ in range(count):
            frames_at(CLIP, [0.5, 4.0])  # with a seek
        return bytes_in_use()

    before = read(TIMES)
    # a reader of packets that is dropped half-way leaves 190 bytes; what else goes up and down is far less
    assert (read(TIMES) - before) / TIMES < 100
