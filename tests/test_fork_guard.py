"""What a forked child inherits from threads that it does not have: converters of frames, modules half imported."""

import gc
import os
import threading
from pathlib import Path

import pytest
from helpers_fork import ended

from referee_calib import fork_guard, referee
from referee_calib.reward.judging.scoring_referee import made_referee
from referee_calib.video.display import shown_picture
from referee_calib.video.file_format.container import open_video

CLIP = Path(__file__).parents[1] / "data" / "sample_study" / "media" / "swap.mp4"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def test_a_child_can_collect_a_frame_that_its_parent_showed():
    with open_video(CLIP) as (container, stream):
        frames = [next(container.decode(stream))]
        shown_picture(frames[0], stream)
        container.close()
    del container, stream
    gc.collect()
    child = os.fork()
    if not child:
        frames.clear()
        gc.collect()
        os._exit(0)
    assert ended(child) == 0


def test_a_fork_waits_while_another_thread_loads_a_referee(monkeypatch):
    loading, go_on = threading.Event(), threading.Event()

    def slowly(*_, **__):
        loading.set()
        go_on.wait(30)
        return "a referee"

    monkeypatch.setattr(referee, "load_referee", slowly)
    thread = threading.Thread(target=made_referee, args=("pixels", None, "file"))
    thread.start()
    loading.wait(30)
    assert fork_guard._HOLDS.others() == 1
    go_on.set()
    thread.join()
    assert fork_guard._HOLDS.others() == 0
