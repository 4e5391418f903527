"""How fast a training step is rewarded, beside what a plain loop and an ideal client would take.

    python benchmarks/reward.py [--repeats 3] [--only step,cache,memory,server] [--latency 0.5] [--concurrency 32]

step
    64 replies of 4 claims each on 8 videos: 512 questions with their pictures, to an endpoint in a process of its own
    that answers after a fixed time. Ideal is ``questions / concurrency · latency``: a client that costs nothing. The
    naive loop (httpx, one claim after the other, each opening its video) asks a share of the same questions; its time
    for all is that times the shares. Passes over videos are counted: one for each video and step.
cache
    The claims of a logged run are scored again by the same referee, from the replies that are kept: claims per second
    of processor time and by the clock; and the whole way from the logged text to the reward.
memory
    1,000 steps of 16 replies (``--steps``, ``--replies``), all of them new to the reward: after each twentieth of them
    the resident size, what malloc has in use and what it keeps for later, and live objects; and the growth of each per
    100 steps over the second half, with its 95 % interval.
server
    The same step through ``referee-calib serve`` and its client, in turns with direct calls: ratio of the times.

Shown are medians over the repeats, and ratios within one repeat, which a loaded machine changes less.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from memory_use import growth, memory_use
from referee_server import endpoint

HERE = Path(__file__).parent
sys.path[0] = str(HERE.parent)  # the modules beside this file have the names of packages

from referee_calib import video  # noqa: E402
from referee_calib.claims import Rollout, claims_of  # noqa: E402
from referee_calib.referee import Decoding, RefereeSpec  # noqa: E402
from referee_calib.reward import RolloutReward, SemanticEvidenceReward, read_log  # noqa: E402
from referee_calib.reward.judging.scoring_referee import made_referee  # noqa: E402
from referee_calib.reward.server import RewardClient  # noqa: E402

MEDIA = HERE.parent / "data" / "sample_study" / "media"
VIDEOS = ("swap", "approach", "orbit", "pair", "crossing", "glide", "sprint", "spiral")
UNIT = "pixels:336x196"
CLAIMS = 4
FACTS = ("video", "question", "box_unit")
NAIVE = 16  # claims that the naive loop asks about


def step_items(count: int, number: int = 0) -> list[dict[str, Any]]:
    """Return replies of one step, each with claims that no other reply makes."""
    items = []
    for i in range(count):
        pieces = []
        for k in range(CLAIMS):
            left, top = (7 * i + 31 * k + number) % 200, (11 * i + 17 * k + number // 200) % 100
            box = f"[{left}, {top}, {left + 60}, {top + 60}]"
            pieces.append(f"<obj>ball {number}-{i}-{k}</obj><box>{box}</box>at<t>{0.5 + 0.5 * k}</t>s")
        text = f"<think>{' '.join(pieces)}</think><answer>On the left.</answer>"
        video = f"{VIDEOS[i % len(VIDEOS)]}.mp4"
        items.append({"video": video, "question": "Where is the ball?", "box_unit": UNIT, "completion": text})
    return items


def reward_at(url: str, concurrency: int, cache: Path | str = "none", **given: Any) -> SemanticEvidenceReward:
    """Return a reward whose referee is at an address."""
    spec = RefereeSpec(
        name="fake", backend="openai", model="fake", urls=(url,), decoding=Decoding(rung="truncated"),
        options={"concurrency": concurrency},
    )  # fmt: skip
    return SemanticEvidenceReward(spec, media=MEDIA, cache=cache, **given)


def seconds_of(reward: RolloutReward, items: list[dict[str, Any]]) -> float:
    """Return how long a step takes; every reply must have a value."""
    began = time.perf_counter()
    results = reward.score(items)
    took = time.perf_counter() - began
    failed = [one.reason for one in results if one.value is None]
    assert not failed, failed[0]
    return took


def naive_seconds(url: str, items: list[dict[str, Any]]) -> float:
    """Ask about the first claims in a loop, as a reward function that is written in an hour does."""
    import cv2
    import httpx

    began, asked = time.perf_counter(), 0
    with httpx.Client(timeout=60) as client:
        for item in items:
            rollout = Rollout(rollout="r", **item)
            for claim in claims_of(rollout).claims:
                for dimension in claim.dimensions:
                    (frame,) = video.frames_at(MEDIA / claim.video, [claim.boxes[0][0]])
                    picture = cv2.imencode(".jpg", frame.image[..., ::-1])[1].tobytes()
                    shown = "data:image/jpeg;base64," + base64.b64encode(picture).decode()
                    content = [
                        {"type": "image_url", "image_url": {"url": shown}},
                        {"type": "text", "text": f"{dimension}: {claim.object}. Answer with one digit from 0 to 4."},
                    ]
                    body = {"model": "fake", "max_tokens": 1, "messages": [{"role": "user", "content": content}]}
                    client.post(f"{url}/chat/completions", json=body).raise_for_status()
                asked += 1
                if asked == NAIVE:
                    return time.perf_counter() - began
    return time.perf_counter() - began


@contextmanager
def counted_decoding() -> Iterator[list[str]]:
    """List each pass over a video's file."""
    real, seen = video.frames_at, []

    def counted(path: Any, *given: Any, **more: Any) -> Any:
        seen.append(str(path))
        return real(path, *given, **more)

    video.frames_at = counted
    try:
        yield seen
    finally:
        video.frames_at = real


def step(options: argparse.Namespace) -> dict[str, Any]:
    """Measure a step against the ideal and the naive loop."""
    rows = []
    with endpoint(options.latency) as url:
        reward = reward_at(url, options.concurrency)
        seconds_of(reward, step_items(8))  # imports, connections
        for number in range(1, options.repeats + 1):
            items = step_items(64, number)
            questions = 2 * CLAIMS * len(items)
            with counted_decoding() as decoded:
                took = seconds_of(reward, items)
            ideal = questions / options.concurrency * options.latency
            naive = naive_seconds(url, items) * questions / (2 * NAIVE)
            row = {"seconds": took, "of_ideal": ideal / took, "naive_ratio": naive / took, "decoded": len(decoded)}
            rows.append(row)
            print(json.dumps(row), file=sys.stderr)
    return {"ideal_seconds": ideal, "videos": len(VIDEOS), **medians(rows)}


def cache(options: argparse.Namespace) -> dict[str, Any]:
    """Score a logged run again, from the replies that are kept."""
    with tempfile.TemporaryDirectory() as folder, endpoint(0.0) as url:
        reward = reward_at(url, 128, cache=f"{folder}/replies.sqlite", log=f"{folder}/log")
        items = [item for number in range(20) for item in step_items(64, number)]
        seconds_of(reward, items)
        logged = [{name: row[name] for name in ("completion", *FACTS)} for row in read_log(Path(folder) / "log")]
        claims = [
            claim
            for number, facts in enumerate(logged)
            for claim in claims_of(Rollout(rollout=str(number), **facts)).claims
        ]
        rows = []
        for _ in range(options.repeats):
            again = reward_at(url, 128, cache=f"{folder}/replies.sqlite")
            referee = made_referee(again.referee, None, "file", f"{folder}/replies.sqlite")
            scored = rates(len(claims), lambda referee=referee: sum(1 for _ in referee.score(claims, MEDIA)))
            paid = rates(len(claims), lambda again=again: seconds_of(again, logged))
            rows.append({"score_cpu": scored[0], "score": scored[1], "reward_cpu": paid[0], "reward": paid[1]})
            print(json.dumps(rows[-1]), file=sys.stderr)
    return {"claims": len(claims), "claims_per_second": medians(rows)}


def rates(count: int, work: Callable[[], object]) -> tuple[float, float]:
    """Return how many there are for each second of processor time, and of the clock."""
    used, began = time.process_time(), time.perf_counter()
    work()
    return count / (time.process_time() - used), count / (time.perf_counter() - began)


def memory(options: argparse.Namespace) -> dict[str, Any]:
    """Watch the memory over many steps."""
    rows = []
    with endpoint(0.0) as url:
        reward = reward_at(url, 64)
        for number in range(1, options.steps + 1):
            seconds_of(reward, step_items(options.replies, number))
            if number % max(1, options.steps // 20) == 0:
                rows.append({"steps": number, **memory_use()})
                print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    late = [row for row in rows if row["steps"] >= options.steps / 2]
    names = ("mb", "in_use_mb", "kept_mb", "objects")
    return {"samples": rows, "growth_per_100_steps": {name: growth(late, name, 100) for name in names}}


def server(options: argparse.Namespace) -> dict[str, Any]:
    """Compare calls of the server with direct ones."""
    rows = []
    with endpoint(options.latency) as url, tempfile.TemporaryDirectory() as folder:
        direct = reward_at(url, options.concurrency)
        with served(url, options.concurrency, Path(folder)) as client:
            seconds_of(direct, step_items(8))
            client.score(step_items(8))
            for number in range(1, options.repeats + 1):
                plain = seconds_of(direct, step_items(64, number))
                began = time.perf_counter()
                results = client.score(step_items(64, number))
                took = time.perf_counter() - began
                assert all(one.value is not None for one in results)
                rows.append({"direct": plain, "served": took, "ratio": plain / took})
                print(json.dumps(rows[-1]), file=sys.stderr)
    return medians(rows)


@contextmanager
def served(url: str, concurrency: int, folder: Path) -> Iterator[RewardClient]:
    """Run ``referee-calib serve`` in a process of its own."""
    (folder / "referees.toml").write_text(
        f'[fake]\nbackend = "openai"\nmodel = "fake"\nurls = ["{url}"]\nconcurrency = {concurrency}\n'
        '[fake.decoding]\nrung = "truncated"\n'
    )
    (folder / "reward.toml").write_text(
        f'referee = "fake"\nreferees = "referees.toml"\nmedia = {json.dumps(str(MEDIA))}\ncache = "none"\n'
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "referee_calib.cli.main", "serve", str(folder / "reward.toml"), "--no-token"]
    with subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield RewardClient(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def wait_for(port: int) -> None:
    """Wait until somebody listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nobody listens at port {port}")


def medians(rows: list[dict[str, float]]) -> dict[str, float]:
    """Return the median of each figure."""
    return {name: round(statistics.median(row[name] for row in rows), 4) for name in rows[0]}


PARTS = {"step": step, "cache": cache, "memory": memory, "server": server}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--replies", type=int, default=16)
    parser.add_argument("--concurrency", type=int, default=32)
    options = parser.parse_args()
    found = {name: PARTS[name](options) for name in options.only.split(",")}
    print(json.dumps({"python": platform.python_version(), "cpus": os.cpu_count(), **found}, indent=2))


if __name__ == "__main__":
    main()
