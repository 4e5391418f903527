"""Models in this process: what names one, which tokens are answers, what is said when a package is missing."""

import json
import math
import sys

import numpy as np
import pytest

from referee_calib.errors import InputError, MissingExtra
from referee_calib.referee import registry
from referee_calib.referee.backends.local.answer_tokens import answer_tokens, bounded, probabilities
from referee_calib.referee.backends.local.model_identity import SAMPLE, identity, needed, versions
from referee_calib.referee.backends.local.model_inputs import EncodedQuestion
from referee_calib.referee.backends.transformers.shared_prefix import (
    PrefixGroup,
    common,
    groups,
    image_token_spans,
    split,
)
from referee_calib.referee.backends.vllm.engine_options import engine_settings, refuse
from referee_calib.referee.referee_spec import RefereeSpec

DIGITS = ("0", "1", "2", "3", "4")


def weights(path, tensors):
    """Write a safetensors file: eight bytes of length, a JSON table, the bytes of every tensor."""
    table, at = {"__metadata__": {"format": "pt"}}, 0
    for name, data in tensors.items():
        table[name] = {"dtype": "U8", "shape": [len(data)], "data_offsets": [at, at + len(data)]}
        at += len(data)
    header = json.dumps(table).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"".join(tensors.values()))


def folder(path, tensors=None, config="{}"):
    path.mkdir(parents=True)
    (path / "config.json").write_text(config)
    weights(path / "model.safetensors", tensors or {"a": bytes(10_000), "b": bytes(20_000)})
    return path


def test_a_folder_is_named_by_its_content_and_not_by_its_place(tmp_path):
    first, copy = folder(tmp_path / "first"), folder(tmp_path / "elsewhere" / "copy")
    assert identity(str(first)) == identity(str(copy))
    assert identity(str(first))["model"].startswith("sha256:")
    assert identity(str(folder(tmp_path / "other", config='{"a": 1}'))) != identity(str(first))


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_changed_tensor_is_another_model_although_all_sizes_are_the_same(tmp_path, name):
    tensors = {"a": bytes(10_000), "b": bytes(20_000)}
    before = identity(str(folder(tmp_path / "before", tensors)))
    trained = tensors | {name: b"\1" * len(tensors[name])}
    assert identity(str(folder(tmp_path / "after", trained))) != before
    # Only the beginning of every tensor is read: that is what makes it cheap, and what it cannot see.
    hidden = tensors | {name: bytes(SAMPLE) + b"\1" * (len(tensors[name]) - SAMPLE)}
    assert identity(str(folder(tmp_path / "hidden", hidden))) == before


def test_a_changed_file_is_seen_in_the_same_process(tmp_path):
    one = folder(tmp_path / "one")
    before = identity(str(one))
    weights(one / "model.safetensors", {"a": b"\2" * 10_000, "b": bytes(20_000)})
    assert identity(str(one)) != before


def test_weights_without_a_table_are_sampled_evenly(tmp_path):
    names = []
    for place in (None, 0, 500_000, 999_999):  # 256 blocks of 4,096 bytes cover a file of a million bytes
        data = bytearray(1_000_000)
        if place is not None:
            data[place] = 1
        path = folder(tmp_path / str(place))
        (path / "pytorch_model.bin").write_bytes(data)
        names.append(identity(str(path))["model"])
    assert len(set(names)) == 4


@pytest.mark.parametrize("header", [b"", b"\xff" * 8, (9).to_bytes(8, "little") + b"not json!"])
def test_damaged_weights_are_named(tmp_path, header):
    path = folder(tmp_path / "broken")
    (path / "model.safetensors").write_bytes(header)
    with pytest.raises(InputError, match=r"weights .*model\.safetensors: its header is damaged"):
        identity(str(path))


def test_a_hub_name_keeps_its_revision_and_a_folder_has_none(tmp_path):
    assert identity("Org/Model", "abc") == {"model": "Org/Model", "revision": "abc"}
    with pytest.raises(InputError, match="a folder has no revisions"):
        identity(str(folder(tmp_path / "one")), "abc")
    with pytest.raises(InputError, match="there is no such folder"):
        identity(str(tmp_path / "nothing"))
    with pytest.raises(InputError, match=r"holds no config\.json"):
        identity(str(tmp_path))


def test_every_answer_must_be_one_token_of_its_own():
    encode = [ord(letter) for letter in "x\n"], {digit: 100 + int(digit) for digit in DIGITS}

    def plain(text):
        return encode[0] + ([encode[1][text[-1]]] if text != "x\n" else [])

    assert answer_tokens(plain, "x\n", DIGITS, "m") == (100, 101, 102, 103, 104)
    for after, why in (
        ([*map(ord, "x\n"), 7, 8], "model m: the answer '0' takes 2 tokens.*parsed"),
        ([ord("x"), 99], "the answer '0' merges with the end of the prompt"),
        ([*map(ord, "x\n")], "the answer '0' takes 0 tokens"),
        ([*map(ord, "x\n"), 3], "the answer '1' is the same token as '0'"),
    ):
        with pytest.raises(InputError, match=why):
            answer_tokens(lambda text, after=after: plain(text) if text == "x\n" else after, "x\n", DIGITS, "m")


def test_probabilities_never_sum_to_more_than_one():
    assert probabilities([math.log(0.5), math.log(0.25), -math.inf]) == pytest.approx((0.5, 0.25, 0.0))
    over = bounded([0.6, 0.4004])  # 1.0004: rounding, brought to 1
    assert sum(over) == pytest.approx(1.0, abs=1e-12)
    assert over[0] / over[1] == pytest.approx(0.6 / 0.4004)
    assert bounded([0.7, 0.4]) is None  # 1.1: no rounding
    assert probabilities([math.nan, 0.0]) is None
    assert probabilities([2.0, -1.0]) is None  # a logit, not the logarithm of a probability


def test_a_missing_package_is_answered_with_the_command_that_brings_it(monkeypatch, tmp_path):
    for package in ("torch", "transformers", "vllm"):
        monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed
    model = str(folder(tmp_path / "model"))
    for backend in ("transformers", "vllm"):
        with pytest.raises(MissingExtra, match=rf'pip install "referee-calib\[{backend}\]"'):
            registry.make_referee(RefereeSpec(name="r", backend=backend, model=model))
    assert needed("json", "x", "y") is json
    assert versions("no-such-distribution") == {"no-such-distribution": ""}


def test_engine_arguments_that_change_only_speed_are_not_part_of_the_referee():
    speed = {"tensor_parallel_size": 4, "gpu_memory_utilization": 0.8, "max_num_seqs": 64}
    assert engine_settings(speed | {"quantization": "fp8", "dtype": "bfloat16"}) == {
        "dtype": "bfloat16",
        "quantization": "fp8",
    }
    assert engine_settings({"load_format": "dummy"}) == {"load_format": "dummy"}  # random weights are another model


@pytest.mark.parametrize(
    ("engine", "says"),
    [
        ({"logprobs_mode": "processed_logits"}, "read from raw_logprobs"),
        ({"trust_remote_code": True}, "is not run"),
        ({"model": "other"}, "engine argument model: the referee has its own"),
        ({"revision": "main"}, "engine argument revision: the referee has its own"),
    ],
)
def test_engine_arguments_that_would_change_what_a_score_means_are_refused(engine, says):
    with pytest.raises(InputError, match=says):
        refuse(engine)
    refuse({"logprobs_mode": "raw_logprobs", "trust_remote_code": False, "dtype": "float16"})


IMAGE = 9  # the token that stands for a picture's features
TWO = EncodedQuestion([1, 2, 9, 9, 3, 9, 9, 9, 4, 5], pictures=(b"frame", b"crop"))


def test_pictures_stand_where_their_tokens_run():
    assert image_token_spans(TWO.ids, IMAGE) == [(2, 4), (5, 8)]
    assert image_token_spans([9], IMAGE) == [(0, 1)]
    assert image_token_spans([1, 2], IMAGE) == []


@pytest.mark.parametrize(
    ("ids", "pictures", "shared"),
    [
        ([1, 2, 9, 9, 3, 7, 8], (b"frame",), (5, 1)),  # words differ behind the first picture
        ([1, 2, 9, 9, 3, 9, 9, 9, 6], (b"frame", b"crop"), (8, 2)),
        ([1, 2, 9, 9, 3, 9, 9, 9, 6], (b"frame", b"other"), (5, 1)),  # same tokens, another second picture
        ([1, 2, 9, 9, 3, 9, 9, 9, 4, 5], (b"other", b"crop"), (2, 0)),  # same tokens, another first picture
        ([1, 2, 9, 9, 9, 3], (b"wider",), (2, 0)),  # the shared tokens end inside a picture
        ([1, 7, 9, 9, 3], (b"frame",), (1, 0)),
        (TWO.ids, TWO.pictures, (9, 2)),  # the last position is each question's own
        (TWO.ids[:5], (b"frame",), (4, 1)),
    ],
)
def test_questions_share_their_beginning_up_to_the_first_difference(ids, pictures, shared):
    other = EncodedQuestion(list(ids), pictures=pictures)
    assert common(TWO, other, IMAGE) == shared
    assert common(other, TWO, IMAGE) == shared


def test_neighbours_that_share_a_picture_form_groups():
    one = EncodedQuestion([1, 2, 9, 9, 3, 7, 8], pictures=(b"frame",))
    apart = EncodedQuestion([1, 2, 9, 9, 3, 7, 8], pictures=(b"other",))
    assert groups([TWO, one, apart, apart, one], IMAGE) == [PrefixGroup((0, 1), 5, 1), PrefixGroup((2, 3), 6, 1)]
    # TWO and one share 5 tokens, one with itself 6: all three share 5.
    assert groups([TWO, one, one], IMAGE) == [PrefixGroup((0, 1, 2), 5, 1)]
    assert groups([TWO], IMAGE) == []


def test_a_question_is_cut_with_the_rows_of_its_pictures():
    # Frame: 2 tokens of 4 patches, crop: 3 tokens of 4 patches; one row of sizes per picture.
    vision = {"pixel_values": np.arange(20)[:, None], "image_grid_thw": np.array([[1, 2, 4], [1, 2, 6]])}
    whole = EncodedQuestion(TWO.ids, [int(token == IMAGE) for token in TWO.ids], vision, TWO.pictures)
    first, rest = split(whole, 5, 1, IMAGE)
    assert (first.ids, rest.ids) == ([1, 2, 9, 9, 3], [9, 9, 9, 4, 5])
    assert (first.types, rest.types) == ([0, 0, 1, 1, 0], [1, 1, 1, 0, 0])
    assert (first.pictures, rest.pictures) == ((b"frame",), (b"crop",))
    assert first.vision["pixel_values"][:, 0].tolist() == list(range(8))  # 2 tokens x 4
    assert rest.vision["pixel_values"][:, 0].tolist() == list(range(8, 20))
    assert first.vision["image_grid_thw"].tolist() == [[1, 2, 4]]
    assert split(whole, 8, 2, IMAGE)[1].vision == {}  # no picture is left
