"""How fast claims are scored over HTTP and from the cache, and how much memory a long run takes.

    python benchmarks/referee.py [--quick] [--repeats 5] [--peer-python PATH] [--only throughput,cache,frames,memory]

Throughput: questions with one picture of 100 KB (every second one new) are sent to an endpoint in a process of its own
that answers after 100 ms, 64 and 256 at once; ideal is what these would make if the client cost nothing (640 and 2,560
per second). ``--peer-python`` names an interpreter that has the openai package; it sends the same requests, with one
picture that is encoded beforehand, in turns with ours. Shown are medians over the repeats, and the processor time of
the client, which a loaded machine changes less.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from referee_server import endpoint

HERE = Path(__file__).parent
sys.path[0] = str(HERE.parent)  # the modules beside this file have the names of packages

from referee_calib import video  # noqa: E402
from referee_calib.records import Claim  # noqa: E402
from referee_calib.referee import Ask, Decoding, Picture, Prompt, Question, Referee, Reply, ReplyCache  # noqa: E402
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend  # noqa: E402
from referee_calib.rubric import load  # noqa: E402

MEDIA = HERE.parent / "data" / "sample_study" / "media"
VIDEO = "approach.mp4"
LATENCY = 0.1
PICTURE_BYTES = 75_000  # 100,000 characters as base64

PEER = """
import asyncio, base64, json, os, resource, sys, time
import openai
url, most, count, size = sys.argv[1], *map(int, sys.argv[2:5])
picture = "data:image/jpeg;base64," + base64.b64encode(os.urandom(size)).decode()
def messages(number):
    text = {"type": "text", "text": f"The claim points at: <<<thing {number}>>>. Answer with one digit from 0 to 4."}
    return [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": picture}}, text]}]
async def main():
    client = openai.AsyncOpenAI(base_url=url, api_key="x", timeout=120)
    async def worker(numbers):
        for number in numbers:
            answer = await client.chat.completions.create(model="fake", messages=messages(number), max_tokens=1,
                                                          temperature=0, logprobs=True, top_logprobs=20)
            answer.choices[0].logprobs.content[0].top_logprobs[0].logprob
    first = iter(range(most))
    await asyncio.gather(*(worker(first) for _ in range(most)))  # connections
    numbers = iter(range(count))
    used, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    await asyncio.gather(*(worker(numbers) for _ in range(most)))
    took, now = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    spent = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    print(json.dumps({"rate": count / took, "cpu": spent / count, "version": openai.__version__}))
asyncio.run(main())
"""


class Rate(NamedTuple):
    """One run: questions per second, and seconds of processor time for each."""

    rate: float
    cpu: float


def questions(count: int, size: int) -> Iterator[Any]:
    """Make questions one by one, each with its own words; two after each other share a picture, as in a study."""
    rubric, prompt, noise = load(), Prompt(), os.urandom(size + 64)
    pictures = [Picture(noise[start : start + size], "image/jpeg", 640, 360) for start in range(64)]
    view = SimpleNamespace(caption="the whole frame.")
    for number, claim in enumerate(study_claims(count)):
        question = Question(claim, "relevance", (view,), None, rubric, prompt)  # type: ignore[arg-type]
        question.__dict__["pictures"] = (pictures[number // 2 % len(pictures)],)
        yield question


def used() -> float:
    """Return the processor time of this process so far."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def ours(url: str, most: int, count: int) -> Rate:
    """Send the questions with the backend of this package."""
    backend = OpenAIBackend(url, "fake", decoding=Decoding(rung="truncated"), concurrency=most)
    assert all(reply.status == "ok" for _, reply in backend.answers(questions(most, PICTURE_BYTES)))  # connections
    asked = list(questions(count, PICTURE_BYTES))  # claims are read beforehand; words and bodies are made on the way
    spent, start = used(), time.perf_counter()
    replies = sum(reply.status == "ok" for _, reply in backend.answers(asked))
    took, spent = time.perf_counter() - start, used() - spent
    backend.close()
    assert replies == count, f"{count - replies} of {count} questions failed"
    return Rate(count / took, spent / count)


def theirs(python: str, url: str, most: int, count: int) -> Rate:
    """Send the same with the openai package."""
    command = [python, "-c", PEER, url, *map(str, (most, count, PICTURE_BYTES))]
    read = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return Rate(read["rate"], read["cpu"])


def throughput(options: argparse.Namespace) -> None:
    """Print the table of rates."""
    print("| in flight | client | per second | of ideal | CPU ms each | ratio |\n|---|---|---|---|---|---|")
    with endpoint(LATENCY) as url:
        ours(url, 8, 64)  # imports and first connections
        for most in (64, 256):
            count = most * (8 if options.quick else 24)
            clients: dict[str, Callable[[], Rate]] = {"referee-calib": lambda m=most, c=count: ours(url, m, c)}
            if options.peer_python:
                clients["openai"] = lambda m=most, c=count // 4: theirs(options.peer_python, url, m, c)
            turns = [{name: run() for name, run in clients.items()} for _ in range(options.repeats)]
            runs = {name: [turn[name] for turn in turns] for name in clients}
            middle = {name: statistics.median(run.rate for run in its) for name, its in runs.items()}
            for name, its in runs.items():
                cpu = statistics.median(run.cpu for run in its)
                share, ratio = middle[name] / (most / LATENCY), middle["referee-calib"] / middle[name]
                spread = f"{min(its).rate:.0f}-{max(its).rate:.0f}"
                rate = f"{middle[name]:.0f} ({spread})"
                print(f"| {most} | {name} | {rate} | {share:.0%} | {1e3 * cpu:.2f} | {ratio:.1f}x |")


def memory(options: argparse.Namespace) -> None:
    """Print how much memory is held after 10,000 and after 100,000 claims."""
    first, last = (2_000, 20_000) if options.quick else (10_000, 100_000)
    with endpoint(0.0) as url:
        backend = OpenAIBackend(url, "fake", decoding=Decoding(rung="truncated"), concurrency=64)
        sizes, start = {}, time.perf_counter()
        for number, _ in enumerate(backend.answers(questions(last, 10_000)), start=1):
            if number in (first, last):
                sizes[number] = resident()
        took = time.perf_counter() - start
        backend.close()
    grown = sizes[last] - sizes[first]
    then, now = (f"{sizes[number]:.1f} MB after {number:,}" for number in (first, last))
    print(f"\nMemory: {then} claims, {now} ({grown:+.1f} MB)")
    print(f"without latency {last / took:.0f} questions with pictures of 10 KB per second")


def study_claims(count: int) -> Iterator[Any]:
    """Make claims about one second of one video of the sample study, each with a box of its own."""
    for number in range(count):
        box = (0.5 + 0.1 * (number % 5), 0.1, 0.1, 0.2 + 0.7 * (number + 1) / count, 0.9)
        yield Claim(video=VIDEO, question="Where is it?", object=f"red ball {number}", boxes=(box,), index=number)


def cache(options: argparse.Namespace) -> None:
    """Print how many scores per second come from the cache: looked up, read, and made into records."""
    claims = list(study_claims(5_000 if options.quick else 25_000))
    asks = [Ask(claim, dimension) for claim in claims for dimension in claim.dimensions]
    backend = OpenAIBackend("http://127.0.0.1:9/v1", "fake", decoding=Decoding(rung="exact"))  # nobody listens
    with tempfile.TemporaryDirectory() as folder, ReplyCache(Path(folder) / "replies.sqlite") as kept:
        referee = Referee("fake", backend, cache=kept)
        replies = referee.cached_replies()
        reply = Reply(text="3", distribution=(0.01, 0.02, 0.1, 0.8, 0.05), rung="exact", seconds=0.1, tokens=301)
        for number, ask in enumerate(asks):
            replies.put(f"{number:064d}", reply, [ask], MEDIA / VIDEO)
        rates = []
        for _ in range(options.repeats):
            start = time.perf_counter()
            scores = sum(score.status == "ok" for score in referee.stream(asks, MEDIA))
            rates.append(scores / (time.perf_counter() - start))
            assert scores == len(asks), f"{len(asks) - scores} of {len(asks)} scores were not in the cache"
    spread = f"{min(rates):,.0f}-{max(rates):,.0f}"
    print(f"\nCache: {statistics.median(rates):,.0f} scores per second ({spread}), {len(asks):,} asked for")


def frames(options: argparse.Namespace) -> None:
    """Print how often a video is read and how many of its frames are decoded for many claims."""
    calls: list[int] = []
    real = video.frames_at

    def counted(path: Any, times: Any, **more: Any) -> Any:
        found = real(path, times, **more)
        calls.append(len(found))
        return found

    video.frames_at = counted
    claims = list(study_claims(90))
    with endpoint(0.0) as url:
        backend = OpenAIBackend(url, "fake", decoding=Decoding(rung="truncated"))
        scores = list(Referee("fake", backend).score(claims, MEDIA))
        backend.close()
    video.frames_at = real
    times = len({box[0] for claim in claims for box in claim.boxes})
    ok = sum(score.status == "ok" for score in scores)
    print(f"\nFrames: {ok} of {len(scores)} scores from {len(calls)} pass(es) over the video and {sum(calls)} frames;")
    print(f"the claims are about {times} different times")


def resident() -> float:
    """Return the megabytes of this process that are in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


PARTS = {part.__name__: part for part in (throughput, cache, frames, memory)}


def main() -> None:
    """Run the chosen parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer questions")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peer-python", default="", help="an interpreter with the openai package")
    parser.add_argument("--only", default=",".join(PARTS), help="parts to run, with commas")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    for name in options.only.split(","):
        PARTS[name](options)


if __name__ == "__main__":
    main()
