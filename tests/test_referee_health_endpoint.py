"""The whole way at once: probes over HTTP to a server that does look at its pictures, and to one that does not.

The server finds the drawn box by its red, and the thing by its colour, in what it was sent; nothing else tells it
the answer. If pictures were lost, mixed up, smeared or sent in another order, the doctor would say so here.
"""

import base64
import math
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import orjson
import pytest
from aiohttp import web
from helpers_openai import is_trial

from referee_calib.records import DIMENSIONS
from referee_calib.referee import FramePolicy, Referee
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.decoding_settings import RUNGS, Decoding
from referee_calib.referee.prompting.prompt import load_prompt
from referee_calib.referee_health.examination import examine
from referee_calib.sample.scenes.shapes import COLOURS, OUTLINES
from referee_calib.testing.chat_completions import completion
from referee_calib.testing.endpoint import Endpoint
from referee_calib.testing.fake_endpoint_model import FakeAnswer, answers_of
from referee_calib.video import decode

pytestmark = pytest.mark.thorough


@dataclass(frozen=True)
class Sure(FakeAnswer):
    """A model that is sure of one answer."""

    answer: str = ""

    @cached_property
    def logprobs(self):
        others = [word for word in self.answers if word != self.answer]
        shares = {self.answer: 0.9, **dict.fromkeys(others, 0.06 / len(others)), "The": 0.04}
        return {token: math.log(share) for token, share in shares.items()}


class Looking(Endpoint):
    """Answers real questions with pictures by looking at them, all others as the fake model does."""

    async def _paid(self, request, body, digest, kind):
        parts = [part for message in body["messages"] for part in parts_of(message)]
        if is_trial(body) or not any(part["type"] == "image_url" for part in parts):
            return await super()._paid(request, body, digest, kind)
        answers = answers_of(body)
        true = self.judge(parts)
        answer = {5: "4" if true else "0", 2: "yes" if true else "no"}[len(answers)]
        said = completion(body, Sure(digest, answers, answer=answer), self.supports)
        return web.Response(body=orjson.dumps(said), content_type="application/json")

    def judge(self, parts):
        words = "\n".join(part["text"] for part in parts if part["type"] == "text")
        shown = [decode(base64.b64decode(p["image_url"]["url"].partition(",")[2])) for p in parts if "image_url" in p]
        asked, claimed = things(words)
        colour = claimed.split()[0]
        if "claimed span" in words:
            inside = re.findall(r"(inside|outside) the claimed span", words)
            return all(has(image, colour) == (where == "inside") for where, image in zip(inside, shown, strict=True))
        return has(within_box(shown[0]), colour) and claimed == asked


class Blindfolded(Looking):
    """Never opens a picture: believes every claim that is about what was asked."""

    def judge(self, parts):
        words = "\n".join(part["text"] for part in parts if part["type"] == "text")
        asked, claimed = things(words)
        return claimed == asked


def parts_of(message):
    content = message["content"]
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def things(words):
    """The thing that is asked about, and the one that the claim points at, whatever else it says."""
    fenced = re.findall(r"<<<(.*?)>>>", words.partition("The question about")[2])
    return [re.search(rf"({'|'.join(COLOURS)}) ({'|'.join(OUTLINES)})", text).group() for text in fenced]


def within_box(image):
    """What lies inside the red outline."""
    red = (image[:, :, 0] > 190) & (image[:, :, 1] < 70) & (image[:, :, 2] < 70)
    rows, columns = np.flatnonzero(red.any(axis=1)), np.flatnonzero(red.any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def has(image, colour):
    """Whether more than a hundredth of the pixels are of this colour."""
    near = np.abs(image.astype(int) - COLOURS[colour]).max(axis=2) < 60
    return bool(near.mean() > 0.01)


def examined(server, *, dimensions=DIMENSIONS, rung="auto", **parts):
    backend = OpenAIBackend(server.url, "fake", decoding=Decoding(rung=rung), retries=0)
    try:
        return examine(Referee("seen", backend, **parts), dimensions=dimensions, scenes=6)
    finally:
        backend.close()


def figures(health, key):
    return next(one.figures for one in health.checks if one.key == key)


@pytest.fixture(scope="module")
def looking():
    with Looking() as server:
        yield server


def test_a_server_that_looks_is_usable_for_everything(looking):
    health = examined(looking)
    assert health.verdict == "Referee seen can be used for relevance, localization and timing."
    # of 0.96 the answer has 0.9 and the other four 0.015 each: (4 x 0.9 + (0 + 1 + 2 + 3) x 0.015) / 0.96 = 3.84375
    # for a right claim, (1 + 2 + 3 + 4) x 0.015 / 0.96 = 0.15625 for the others
    for key in ("relevance: wrong", "localization: blank", "timing: another"):
        assert (figures(health, key)["right"], figures(health, key)["other"]) == pytest.approx((3.84375, 0.15625))
    assert figures(health, "mass")["mean"] == pytest.approx(0.96)
    assert figures(health, "alone and together")["most"] == 0.0
    assert {one.grade for one in health.checks} == {"pass"}


WAYS = [
    *({"rung": rung} for rung in RUNGS),
    *(
        {"frames": FramePolicy.named(name), "dimensions": ("relevance", "localization")}
        for name in ("frame", "both", "span")
    ),
    *({"frames": FramePolicy(**{name: value})} for name, value in [("longest_side", 320), ("encoding", "png")]),
    *({"frames": FramePolicy(**{name: value})} for name, value in [("outline", "corners"), ("line_width", 2)]),
]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_it_is_usable_on_every_rung_with_whole_frames_and_other_pictures(looking, way):
    health = examined(looking, **{"dimensions": ("localization",), **way})
    assert health.usable, health.verdict
    assert figures(health, "rung")["rung"] == way.get("rung", "exact")


def test_it_is_usable_with_yes_and_no(looking):
    health = examined(looking, prompt=load_prompt("yes-no-1"), dimensions=("localization",))
    assert health.usable
    # 4 x 0.9 / 0.96 and 4 x 0.06 / 0.96
    found = figures(health, "localization: wrong")
    assert (found["right"], found["other"]) == pytest.approx((3.75, 0.25))


def test_a_server_that_does_not_look_is_found_out():
    with Blindfolded() as server:
        health = examined(server)
    assert (health.reached, health.usable_for) == (True, ())
    bad = {one.key for one in health.checks if one.grade == "fail"}
    assert bad >= {f"{dimension}: {kind}" for dimension in DIMENSIONS for kind in ("blank", "another")}
    assert "relevance: wrong" not in bad  # the words alone give that one away
