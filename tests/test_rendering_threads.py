"""Pictures are rendered by the same threads in every pass, and by others in a child process."""

import os
import threading
from pathlib import Path

from referee_calib.records import Claim
from referee_calib.referee import Decoding, RefereeSpec, make_referee
from referee_calib.referee.rendering_threads import RENDERERS, rendering_threads
from referee_calib.testing.endpoint import Endpoint

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"


def claims(count):
    box = (0.1, 0.2, 0.4, 0.6)
    return [
        Claim(video="swap.mp4", question="Where?", object=f"ball {i}", boxes=((1 + i / 10, *box),))
        for i in range(count)
    ]


def test_every_pass_has_the_same_threads():
    with Endpoint() as endpoint:
        spec = RefereeSpec(
            name="fake", backend="openai", model="fake", urls=(endpoint.url,), decoding=Decoding(rung="truncated")
        )
        referee = make_referee(spec)
        seen = []
        for _ in range(3):
            assert all(one.status == "ok" for one in referee.score(claims(8), MEDIA))
            seen.append({one.ident for one in threading.enumerate() if one.name.startswith("rendering")})
        referee.close()
    assert len(seen[0]) <= RENDERERS
    assert seen[0] <= seen[1] <= seen[2]  # of a few claims not all of them need have begun


def test_a_child_process_gets_its_own(monkeypatch):
    mine = rendering_threads()
    assert rendering_threads() is mine
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert rendering_threads() is not mine
