"""How fast a model in this process scores: one question after the other, in batches, and with shared beginnings.

    .venv-engines/bin/python benchmarks/engines.py [--size small|7b] [--device cpu|cuda] [--dtype float32|bfloat16]
        [--claims 8] [--repeats 5] [--batch 8 24]

The model is a Qwen2.5-VL with random weights: speed depends on its size only. Claims have two boxes each, in frames of
448 x 252 pixels, and are asked for relevance (two frames, two crops), localization (two frames) and timing (other
frames). Compared are, in turns:

naive       what a first script does: for every question the processor, then ``generate`` for two tokens, then the digit
one by one  one forward pass per question, the digits' probabilities read from it
window by   the same in batches, padded on the left, with the library's own attention in the eyes, one call per picture
window      or window
batches     the same, with one call for all pictures or windows of one size
shared      the same, and what relevance and localization of a claim show alike is read once: the default

Shown are medians over the repeats with the range, the ratio to the naive script, the processor time of one question
(which other work on the machine changes less than the time on the wall), and by how much levels differ from those read
one by one. On a CPU the small size says how the ways compare, not how fast a GPU is.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "tests" / "engines")]

from helpers_tiny_vlm import build, network  # noqa: E402
from questions import asked  # noqa: E402

from referee_calib.referee.backend_protocol import Reply  # noqa: E402
from referee_calib.referee.backends.local.model_inputs import messages  # noqa: E402
from referee_calib.referee.backends.transformers import window_attention as windows  # noqa: E402
from referee_calib.referee.backends.transformers.loaded_model import LocalModel  # noqa: E402
from referee_calib.referee.backends.transformers.transformers_backend import TransformersBackend  # noqa: E402
from referee_calib.referee.question import Question  # noqa: E402

SIZES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "small": (
        {"hidden_size": 512, "intermediate_size": 1408, "num_hidden_layers": 6, "num_attention_heads": 8},
        {"hidden_size": 320, "intermediate_size": 1280, "num_heads": 8, "depth": 6, "out_hidden_size": 512},
    ),
    "7b": (
        {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28, "num_attention_heads": 28}
        | {"vocab_size": 152064},
        {"hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16, "depth": 32, "out_hidden_size": 3584},
    ),
}
MROPE = {"small": [8, 12, 12], "7b": [16, 24, 24]}  # half of a head's width each: 64 / 2, 128 / 2
HEADS = {"small": 2, "7b": 4}
GAIN = {"small": 3.0, "7b": 1.0}  # wide layers amplify rounding by themselves
WINDOWS = {"small": [2, 5], "7b": [7, 15, 23, 31]}


def loaded(folder: Path, size: str, device: str, dtype: str) -> Callable[..., TransformersBackend]:
    """Write the small files, make the network in memory, and return how to make backends on it."""
    import torch

    build("qwen2_5_vl", folder)
    settings = folder / "preprocessor_config.json"
    pixels = {"size": {"shortest_edge": 4 * 28 * 28, "longest_edge": 1280 * 28 * 28}}  # so frames keep their size
    settings.write_text(json.dumps(json.loads(settings.read_text()) | pixels))
    first = TransformersBackend(str(folder), dtype=dtype)
    text, eyes = SIZES[size]
    rope = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": MROPE[size]}
    text |= {"num_key_value_heads": HEADS[size], "rope_parameters": rope}
    torch.manual_seed(0)
    with torch.device(device):
        torch.set_default_dtype(getattr(torch, dtype))
        eyes |= {"fullatt_block_indexes": WINDOWS[size]}
        model = network("qwen2_5_vl", first._encoder.tokenizer, text=text, eyes=eyes, gain=GAIN[size])
        torch.set_default_dtype(torch.float32)
    windows.widen(model)
    held = LocalModel(model.eval(), model.device, int(first._encoder.tokenizer.pad_token_id))
    count = sum(weight.numel() for weight in model.parameters())
    print(f"model: {count / 1e6:,.0f} million random weights, {dtype}, on {device}")

    def backend(**options: Any) -> TransformersBackend:
        made = TransformersBackend(str(folder), dtype=dtype, **options)
        made._model, made._encoder = held, first._encoder
        return made

    return backend


@contextmanager
def library_eyes(backend: TransformersBackend) -> Iterator[None]:
    """Let the eyes use the library's own attention for a while."""
    config = backend._model.model.model.visual.config
    ours, config._attn_implementation = config._attn_implementation, "sdpa"
    yield
    config._attn_implementation = ours


def naive(backend: TransformersBackend, questions: list[Question]) -> list[Reply]:
    """Ask as a first script does."""
    import torch

    model, encoder, found = backend._model.model, backend._encoder, []
    with torch.inference_mode(), library_eyes(backend):
        for question in questions:
            said, images = messages(question)
            made = encoder._processor(text=[encoder.render(said)], images=images, return_tensors="pt").to(model.device)
            ids = model.generate(**made, max_new_tokens=2, do_sample=False)
            found.append(Reply(text=encoder.tokenizer.decode(ids[0, made["input_ids"].shape[1] :])))
    return found


def together(backend: TransformersBackend, questions: list[Question]) -> list[Reply]:
    """Ask with the backend as it is, and bring the replies into the order of the questions."""
    found = {id(question): reply for question, reply in backend.answers(questions)}
    return [found[id(question)] for question in questions]


def window_by_window(backend: TransformersBackend, questions: list[Question]) -> list[Reply]:
    """Ask with the library's own attention in the eyes."""
    with library_eyes(backend):
        return together(backend, questions)


def levels(replies: list[Reply]) -> np.ndarray:
    """Expected level of every reply."""
    shares = np.array([reply.distribution for reply in replies])
    return shares @ np.arange(5.0) / shares.sum(axis=1)


def main() -> None:
    """Run all ways in turns and print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--size", choices=sorted(SIZES), default="small")
    words.add_argument("--device", default="cpu")
    words.add_argument("--dtype", default="float32")
    words.add_argument("--claims", type=int, default=8)
    words.add_argument("--repeats", type=int, default=5)
    words.add_argument("--batch", type=int, nargs="+", default=[8])
    given = words.parse_args()
    questions = [q for seed in range(given.claims) for q in asked(seed, boxes=2, size=(448, 252))]
    with tempfile.TemporaryDirectory() as folder:
        backend = loaded(Path(folder) / "model", given.size, given.device, given.dtype)
        first = given.batch[0]
        ways: dict[str, Callable[[], list[Reply]]] = {
            "naive": lambda: naive(backend(), questions),
            "one by one": lambda: together(backend(batch=1, share=False), questions),
            f"window by window, {first}": lambda: window_by_window(backend(batch=first, share=False), questions),
        }
        for size in given.batch:
            ways[f"batches of {size}"] = lambda n=size: together(backend(batch=n, share=False), questions)
            ways[f"shared, {size}"] = lambda n=size: together(backend(batch=n), questions)
        replies = {name: way() for name, way in ways.items()}  # the first run is not timed
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        work: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(given.repeats):
            for name, way in ways.items():
                started, worked = time.perf_counter(), time.process_time()
                way()
                seconds[name].append(time.perf_counter() - started)
                work[name].append((time.process_time() - worked) / len(questions))
        tokens = [len(backend()._encoded(question).ids) for question in questions]
    spread = np.ptp(levels(replies["one by one"]))
    print(f"{len(questions)} questions of {min(tokens)} to {max(tokens)} tokens; their levels lie {spread:.2f} apart")
    print(f"{'':22}{'questions/s':>14}{'(range)':>18}{'to naive':>10}{'CPU s each':>12}{'level differs by':>18}")
    base = statistics.median(seconds["naive"])
    for name, times in seconds.items():
        rates = sorted(len(questions) / t for t in times)
        far = "" if name == "naive" else f"{np.abs(levels(replies[name]) - levels(replies['one by one'])).max():.1e}"
        ratio = base / statistics.median(times)
        reach = f"({rates[0]:.2f} to {rates[-1]:.2f})"
        cpu = statistics.median(work[name])
        print(f"{name:22}{statistics.median(rates):14.2f}{reach:>18}{ratio:9.2f}x{cpu:12.2f}{far:>18}")
    if given.device == "cuda":
        import torch

        print(
            f"{torch.cuda.get_device_name()}; at most {torch.cuda.max_memory_allocated() / 2**30:.1f} GiB of its memory"
        )
    if given.device == "cpu":
        print(f"Measured on {os.cpu_count()} cores; nothing here was measured on a GPU.")


if __name__ == "__main__":
    main()
