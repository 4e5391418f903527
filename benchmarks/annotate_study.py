"""The study of the benchmark of the annotation app: claims on clips, raters, and whether every act is there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from referee_calib.records import Claim
from referee_calib.study import Study

CLIPS, SECONDS, FPS, WIDTH, HEIGHT = 6, 5, 25, 640, 360


class Act(NamedTuple):
    """One act of rating that a server has confirmed."""

    nonce: str
    rater: str
    claim: str
    level: int


def make_study(folder: Path, n_claims: int, raters: Iterable[str], database: str = "") -> dict[str, str]:
    """Make a study with claims about a box and a span on a few clips; return the personal codes by rater."""
    with Study.create(folder, name="Load", database=database) as study:
        for number in range(CLIPS):
            write_clip(study.media / f"clip{number}.mp4", number)
        study.add_claims([_claim(number) for number in range(n_claims)])
        return {name: study.add_rater(name) for name in raters}


def problems(folder: Path, acts: Iterable[Act]) -> list[str]:
    """Hold the database against the confirmed acts; return what is lost, doubled, other, or confirmed by nobody."""
    with Study.open(folder) as study:
        ratings = study.ratings(history=True, held=True)
        dimensions = {one.id: len(one.dimensions) for one in study.claims()}
        damage = study.damage()
    given = {one.nonce: one for one in acts}
    stored = Counter(one.nonce for one in ratings)
    whole = {nonce: dimensions[one.claim] for nonce, one in given.items()}
    found = [f"lost: {one}" for nonce, one in given.items() if not stored[nonce]]
    found += [
        f"stored {stored[n]} times {count} ratings: {given[n]}" for n, count in whole.items() if stored[n] > count
    ]
    found += [f"stored in part: {given[n]}" for n, count in whole.items() if 0 < stored[n] < count]
    found += [f"stored, and confirmed to nobody: {nonce}" for nonce in stored if nonce not in given]
    said = {nonce: (one.rater, one.claim, one.level) for nonce, one in given.items()}
    found += [f"stored otherwise: {one}" for one in ratings if (one.rater, one.claim, one.level) != said.get(one.nonce)]
    twice = Counter((one.rater, one.claim) for one in given.values())
    found += [f"asked {number} times: {what}" for what, number in twice.items() if number > 1]
    return found + damage


def _claim(number: int) -> Claim:
    time = 1.0 + number % 4
    evidence = {"boxes": ((time, 0.2, 0.3, 0.5, 0.6),), "span": (time - 0.5, time + 0.5)}
    return Claim(video=f"clip{number % CLIPS}.mp4", question="Where?", object="ball", index=number, **evidence)


def write_clip(path: Path, seed: int) -> None:
    """Write a clip of about a megabyte: a moving gradient with noise, as compressed as a phone's video."""
    drawn = np.random.default_rng(seed)
    noise = drawn.integers(0, 36, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    ramp = np.linspace(0, 180, WIDTH, dtype=np.uint8)[None, :, None]
    options = {"g": str(FPS), "b": "1600k", "preset": "ultrafast"}
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(SECONDS * FPS):
            image = np.roll(ramp, 5 * number, axis=1) + np.roll(noise, 7 * number, axis=0)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image.astype(np.uint8), format="rgb24")))
        container.mux(stream.encode())
