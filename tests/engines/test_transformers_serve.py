"""A model behind ``transformers serve``, which sends no probabilities: its levels are read from words."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import AGREE, OFFLINE, replies
from server import Server, start_transformers
from transformers import AutoTokenizer

from referee_calib.errors import InputError
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.reply.level_parser import Parser


@pytest.fixture(scope="module")
def served(folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The tiny model, with a hub's cache that holds another one: the server lists what lies in the cache."""
    root = tmp_path_factory.mktemp("transformers_serve")
    folder = shutil.copytree(folders["qwen2_5_vl"], root / "tiny")
    _end_at_a_digit(folder)
    other = root / "cache" / "models--somebody--other"
    for path, words in (("refs/main", "0" * 40), (f"snapshots/{'0' * 40}/config.json", _config(folder))):
        (other / path).parent.mkdir(parents=True)
        (other / path).write_text(words)
    environment = {**OFFLINE, "HF_HUB_CACHE": str(root / "cache"), "HF_HUB_DISABLE_UPDATE_CHECK": "1"}
    with start_transformers(folder, root / "log.txt", environment) as running:
        yield running


def _end_at_a_digit(folder: Path) -> None:
    """Let every reply end with its first digit; else a random model goes on for as long as it may."""
    path, tokenizer = folder / "generation_config.json", AutoTokenizer.from_pretrained(folder)
    settings = json.loads(path.read_text())
    settings["eos_token_id"] += tokenizer.convert_tokens_to_ids(list("01234"))
    path.write_text(json.dumps(settings))


def _config(folder: Path) -> str:
    return (folder / "config.json").read_text()


def test_the_probe_finds_words_and_says_why_nothing_better(served):
    backend = OpenAIBackend(served.url, served.model)
    found = backend.capabilities()
    backend.close()
    assert (found.rung, found.answers_as, found.adapted, found.doubts) == ("parsed", "tiny@main", {}, ())
    assert "tokenizer cannot be asked" in found.tried["exact"]
    assert "HTTP 422: Unexpected fields in the request: {'structured_outputs'}" in found.tried["choice"]
    assert "no log-probabilities" in found.tried["truncated"]  # it answers 200 and ignores the fields


@pytest.mark.parametrize("concurrency", [1, 16])
def test_said_levels_are_the_most_probable_ones_of_transformers(served, asked, local, concurrency):
    backend = OpenAIBackend(served.url, served.model, concurrency=concurrency)
    verdicts = [Parser().read(reply) for reply in replies(backend, asked)]
    backend.close()
    assert [(verdict.status, verdict.mass) for verdict in verdicts] == [("ok", None)] * len(asked)
    assert len({verdict.level for verdict in verdicts}) > 1  # told apart, else agreement says nothing
    expected = [reply.distribution for reply in replies(local("qwen2_5_vl"), asked)]
    said = [shares[verdict.level] for shares, verdict in zip(expected, verdicts, strict=True)]
    assert said == pytest.approx([max(shares) for shares in expected], abs=2 * AGREE)


def test_a_reply_as_long_as_it_may_be_is_an_error(served, asked):
    """The server says "length" of every reply of that length, also of one that had come to its end."""
    backend = OpenAIBackend(served.url, served.model, extra={"max_tokens": 1})
    reply = backend.answer(asked[0])
    backend.close()
    assert reply.status == "error"
    assert "cut at its longest length" in reply.reason


def test_another_model_is_refused_in_the_words_of_the_server(served):
    backend = OpenAIBackend(served.url, "somebody/other")  # it lists this one
    with pytest.raises(InputError, match=r"HTTP 400: Server is pinned to 'tiny'; requested 'somebody/other'"):
        backend.capabilities()
    backend.close()
    backend = OpenAIBackend(served.url, "no-such-model")
    with pytest.raises(InputError, match=r"no-such-model.* does not serve it.*pinned to 'tiny'"):
        backend.capabilities()
    backend.close()
