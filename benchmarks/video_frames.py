"""How fast the frames that claims ask for come out of a video, beside other readers, and whether they are right.

    python benchmarks/video_frames.py [--repeats 5] [--claims 40] [--peer-python PATH]

Three clips of 60 s, 640 x 360, at 25 frames a second, whose frames carry their number: H.264 in MP4 with a key frame
every 2 s and every 10 s, and VP9 in WebM. Claims ask for frames at random times. Readers: this package; PyAV with the
times sorted, seeking before each and decoding on to it; and, where the interpreter has them (``--peer-python`` names
another), decord and torchcodec, both by the index of the frame. Shown are medians of the ratio to this package's time,
each repeat measured in turns, and how many frames were not those that were asked for.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
sys.path[0] = str(HERE.parent)  # the modules beside this file have the names of packages
sys.path.append(str(HERE.parent / "tests"))

import av  # noqa: E402
import numpy as np  # noqa: E402
from helpers_video import number_in, numbered_image  # noqa: E402

from referee_calib.video import frames_at, resize  # noqa: E402

RATE, SECONDS, SIZE = 25, 60, (640, 360)
CLIPS = {
    "H.264, key frame every 2 s": ("short.mp4", "libx264", 50),
    "H.264, key frame every 10 s": ("long.mp4", "libx264", 250),
    "VP9": ("clip.webm", "libvpx-vp9", 128),
}
PEER = """
import sys, time
kind, path, *times = sys.argv[1:]
wanted = [int(float(t) * 25 + 1e-6) for t in times]
def read():
    if kind == "decord":
        import decord
        return decord.VideoReader(path, num_threads=0).get_batch(wanted).asnumpy()
    from torchcodec.decoders import VideoDecoder
    return VideoDecoder(path, num_ffmpeg_threads=0, dimension_order="NHWC").get_frames_at(wanted).data.numpy()
read()
for _ in range(int(sys.stdin.readline())):
    start = time.perf_counter(); frames = read(); print(time.perf_counter() - start)
frames.tofile(sys.stdin.readline().strip())
"""
Images = list[np.ndarray]


def make_clip(path: Path, codec: str, gop: int) -> None:
    """Write a numbered clip."""
    quick = {"preset": "veryfast"} if codec == "libx264" else {"cpu-used": "8", "deadline": "realtime"}
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=RATE, options={"g": str(gop), **quick})
        (stream.width, stream.height), stream.pix_fmt = SIZE, "yuv420p"
        for number in range(RATE * SECONDS):
            image = resize(numbered_image(number), SIZE[1], SIZE[0])
            out.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        out.mux(stream.encode(None))


def with_pyav(path: Path, times: list[float]) -> Images:
    """Seek before each time, in their order, and decode on to its frame."""
    shown: dict[float, np.ndarray] = {}
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        base = float(stream.time_base or 1)
        for t in sorted(set(times)):
            container.seek(int(t / base), stream=stream)
            for frame in container.decode(stream):
                if (frame.pts + (frame.duration or 0)) * base > t + 1e-6:
                    shown[t] = frame.to_ndarray(format="rgb24")
                    break
    return [shown[t] for t in times]


def timed(read: Callable[[Path, list[float]], Images], path: Path, times: list[float]) -> tuple[float, Images]:
    """Return the seconds and the frames of one reading."""
    start = time.perf_counter()
    images = read(path, times)
    return time.perf_counter() - start, images


def ours(path: Path, times: list[float]) -> Images:
    """Read with this package."""
    return [frame.image for frame in frames_at(path, times)]


def with_peer(
    python: str, kind: str, path: Path, times: list[float], repeats: int
) -> tuple[list[float], Images] | None:
    """Read with a peer in a process of its own; None where it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "frames"
        done = subprocess.run(
            [python, "-c", PEER, kind, str(path), *map(str, times)],
            input=f"{repeats}\n{out}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip() or "it ended").splitlines()[-1]
            print(f"  {kind}: not measured ({last:.90})")
            return None
        images = np.fromfile(out, np.uint8).reshape(len(times), SIZE[1], SIZE[0], 3)
        return [float(line) for line in done.stdout.split()], list(images)


def wrong(images: Images, times: list[float]) -> int:
    """Count frames that are not those of their times."""
    return sum(number_in(one) != int(t * RATE + 1e-6) for one, t in zip(images, times, strict=True))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--claims", type=int, default=40)
    parser.add_argument("--peer-python", default=sys.executable)
    given = parser.parse_args()
    draw = random.Random(1)
    times = [(draw.randrange(RATE * SECONDS - 2) + 0.5) / RATE for _ in range(given.claims)]
    with tempfile.TemporaryDirectory() as folder:
        for title, (name, codec, gop) in CLIPS.items():
            path = Path(folder) / name
            make_clip(path, codec, gop)
            pairs = [(timed(ours, path, times), timed(with_pyav, path, times)) for _ in range(given.repeats)]
            mine = statistics.median(one[0] for one, _ in pairs)
            print(f"{title}: {given.claims} frames in {mine:.3f} s, {wrong(pairs[-1][0][1], times)} wrong")
            ratio = statistics.median(other[0] / one[0] for one, other in pairs)
            print(f"  PyAV, sorted: {ratio:.2f} times that, {wrong(pairs[-1][1][1], times)} wrong")
            for kind in ("decord", "torchcodec"):
                found = with_peer(given.peer_python, kind, path, times, given.repeats)
                if found is not None:
                    ratio = statistics.median(found[0]) / mine
                    print(f"  {kind}: {ratio:.2f} times that, {wrong(found[1], times)} wrong")


if __name__ == "__main__":
    main()
