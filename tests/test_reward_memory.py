"""A reward holds nothing of a step once it is paid: its own objects and threads are as many after more steps."""

import gc
import threading
from collections import Counter
from pathlib import Path

from referee_calib.referee import Decoding, RefereeSpec
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.testing.endpoint import Endpoint

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
REPLIES, STEPS = 8, 5


def step(number):
    """Replies that no other step has, on two videos."""
    piece = "<obj>ball {}-{}</obj><box>[{}, 170, 121, 229]</box>at<t>{}</t>s"
    return [
        {
            "video": ("swap.mp4", "pair.mp4")[i % 2],
            "question": "Where is the ball?",
            "box_unit": "pixels:448x252",
            "completion": f"<think>{piece.format(number, i, 20 + i, 1 + i / 10)}</think><answer>Left.</answer>",
        }
        for i in range(REPLIES)
    ]


def own_objects():
    gc.collect()
    types = (type(one) for one in gc.get_objects())
    return Counter(
        kind.__qualname__ for kind in types if str(kind.__module__).startswith(("referee_calib.", "agreement."))
    )


def test_what_a_step_made_is_gone_after_it(tmp_path):
    with Endpoint() as endpoint:
        spec = RefereeSpec(
            name="fake", backend="openai", model="fake", urls=(endpoint.url,), decoding=Decoding(rung="truncated"),
            options={"concurrency": 4},
        )  # fmt: skip
        reward = SemanticEvidenceReward(spec, media=MEDIA, cache=tmp_path / "replies.sqlite", log=tmp_path / "log")
        counts = []
        for begin in (0, STEPS, 2 * STEPS):  # the first ones fill what is kept up to a limit, such as 32 pictures
            for number in range(begin, begin + STEPS):
                assert all(one.status == "ok" for one in reward.score(step(number)))
            counts.append((own_objects(), threading.active_count()))
    _, (before, threads), (after, threads_after) = counts
    assert after - before == Counter()  # a Claim, Question, RefereeScore or ReplyReward kept would be 40 of them
    assert threads_after <= threads
