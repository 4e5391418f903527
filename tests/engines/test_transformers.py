"""Scores of models in the process: the same alone and in a batch, with and without torchvision; every trap is shown."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from conftest import AGREE, levels, replies
from helpers_tiny_vlm import build
from questions import asked as ask
from questions import many
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from transformers import AutoTokenizer

from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.referee import FramePolicy, Prompt, Referee
from referee_calib.referee.backends.local.model_inputs import EncodedQuestion, batch
from referee_calib.referee.backends.transformers import window_attention as windows
from referee_calib.referee.backends.transformers.loaded_model import LocalModel
from referee_calib.referee.backends.transformers.shared_prefix import groups
from referee_calib.referee.backends.transformers.transformers_backend import TransformersBackend
from referee_calib.referee.backends.vllm.vllm_backend import VllmBackend
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.study import Study


def test_a_batch_of_unequal_questions_scores_as_each_alone(local, kind, asked):
    lengths = {len(local(kind)._encoded(question).ids) for question in asked}
    assert len(lengths) > 6  # ragged, else padding is not tested
    alone = replies(local(kind, batch=1), asked)
    together = replies(local(kind, batch=5), asked)  # 12 = 5 + 5 + 2
    assert levels(together) == pytest.approx(levels(alone), abs=1e-4)
    assert {reply.rung for reply in together} == {"exact"}
    assert np.ptp(levels(alone)) > 20 * AGREE  # the questions are told apart, else agreement says nothing
    assert min(sum(reply.distribution) for reply in alone) > 0.99
    assert max(sum(reply.distribution) for reply in alone) < 1 + 1e-9


@pytest.mark.parametrize("rung", ["exact", "parsed"])
@pytest.mark.parametrize("images", ["torchvision", "pil"])
def test_a_model_without_its_processor_is_refused_at_the_first_question(tmp_path, monkeypatch, asked, images, rung):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    folder = tmp_path / "weights-only"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "qwen2_5_vl", "image_token_id": 1}')
    for model in (str(folder), "nobody/no-such-model"):
        backend = TransformersBackend(model, decoding=Decoding(rung=rung))
        backend._images = images
        with pytest.raises(
            InputError, match=f"model {model}: its processor cannot be loaded: .*Check the model's name"
        ):
            backend.answer(asked[0])


def test_padding_on_the_right_would_change_the_scores(local, kind, asked):
    encoded = [local(kind)._encoded(question) for question in asked[:4]]
    model = local(kind)._model

    def last(arguments):
        with torch.inference_mode():
            return model.model(**arguments, logits_to_keep=1, use_cache=False).logits[:, -1].float()

    left = batch(encoded, model.pad, model.device)
    right = dict(left)
    for name in ("input_ids", "attention_mask", "mm_token_type_ids"):
        if name in left:
            rows = zip(left[name], left["attention_mask"], strict=True)
            right[name] = torch.stack([torch.cat([row[mask == 1], row[mask == 0]]) for row, mask in rows])
    shares = [torch.softmax(last(made), -1) for made in (left, right)]
    assert float((shares[0] - shares[1]).abs().max()) > 10 * AGREE


def test_a_beginning_that_is_read_once_changes_no_score(local, kind, asked):
    backend = local(kind, batch=12)
    encoded = [backend._encoded(question) for question in asked]
    found = groups(encoded, backend._model.model.config.image_token_id)
    # Relevance and localization of each claim, with one, two, three and one boxes; timing shows other frames.
    assert [(group.rows, group.pictures) for group in found] == [((0, 1), 1), ((3, 4), 2), ((6, 7), 3), ((9, 10), 1)]
    once, whole = replies(backend, asked), replies(local(kind, batch=12, share=False), asked)
    assert levels(once) == pytest.approx(levels(whole), abs=1e-4)
    # The same question twice is told apart from one whose picture differs although its words do not.
    twin = replace(asked[1], views=asked[4].views[:1])
    assert len(backend._encoded(twin).ids) == len(encoded[1].ids)
    pair = replies(backend, [asked[1], asked[1], twin])
    assert levels(pair) == pytest.approx(levels(replies(local(kind, batch=1), [asked[1], asked[1], twin])), abs=1e-4)
    assert abs(levels(pair)[2] - levels(pair)[0]) > AGREE


def test_words_and_pictures_are_encoded_as_the_models_own_processor_does(local, kind, asked):
    for question in asked:
        own, bare = local(kind)._encoded(question), local(kind, images="pil")._encoded(question)
        assert own.ids == bare.ids
        assert own.types == bare.types
        assert own.vision.keys() == bare.vision.keys()
        for name, value in own.vision.items():
            assert value.shape == bare.vision[name].shape


def test_scores_without_torchvision_agree(local, kind, asked):
    with_it, without = replies(local(kind), asked), replies(local(kind, images="pil"), asked)
    assert levels(without) == pytest.approx(levels(with_it), abs=AGREE)
    assert local(kind).settings() != local(kind, images="pil").settings()  # close, but not the same referee


def test_it_works_where_torchvision_is_not_installed(folders, tmp_path):
    installed = Path(torch.__file__).parents[1]
    for package in installed.iterdir():  # everything but torchvision and what imports it at start
        if "torchvision" not in package.name and package.suffix != ".pth":
            (tmp_path / package.name).symlink_to(package)
    here = Path(__file__).parent
    program = (
        f"import sys; sys.path[:0] = [{str(here.parents[1])!r}, {str(here)!r}, {str(tmp_path)!r}]\n"
        "from questions import asked\n"
        "from referee_calib.referee.backends.transformers.transformers_backend import TransformersBackend\n"
        f"backend = TransformersBackend({str(folders['qwen3_vl'])!r}, dtype='float32')\n"
        "print(backend.settings()['images'], backend.answer(asked(0)[0]).rung)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["pil", "exact"], done.stderr[-2000:]


def test_eyes_look_at_all_windows_of_one_size_together_and_see_the_same(folders, asked, monkeypatch):
    calls, real = [], torch.nn.functional.scaled_dot_product_attention

    def counted(*given, **more):
        calls.append(1)
        return real(*given, **more)

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", counted)
    for kind, eyes in (("qwen2_5_vl", 2), ("qwen3_vl", 3)):  # layers of its eyes
        backend = TransformersBackend(str(folders[kind]), dtype="float32", batch=12, share=False)
        config = backend._model.model.model.visual.config
        assert config._attn_implementation == windows.NAME
        calls.clear()
        together, ours = levels(replies(backend, asked)), len(calls) - 2  # two layers of words
        config._attn_implementation = "sdpa"  # the library's own way
        calls.clear()
        apart, theirs = levels(replies(backend, asked)), len(calls) - 2
        assert together == pytest.approx(apart, abs=1e-5)
        pictures = sum(len(question.pictures) for question in asked)
        assert theirs >= eyes * pictures  # one call per picture, and per window where there are any
        assert ours < theirs / 3


def test_an_attention_that_was_asked_for_by_name_is_left_alone(folders):
    backend = TransformersBackend(str(folders["qwen2_5_vl"]), dtype="float32", attention="eager")
    assert backend._model.model.model.visual.config._attn_implementation == "eager"


@pytest.mark.parametrize(
    ("ends", "runs", "order"),
    [
        ([0, 3, 6], ((3, 2),), None),  # all alike: they lie side by side already
        ([0, 2, 2, 3], ((2, 1), (1, 1)), None),  # an empty one is none
        ([0, 2, 3, 5, 6], ((2, 2), (1, 2)), [0, 1, 3, 4, 2, 5]),
    ],
)
def test_stretches_of_one_length_are_put_side_by_side_and_back(ends, runs, order):
    plan = windows.plan(torch.tensor(ends))
    assert plan.runs == runs
    assert (None if plan.order is None else plan.order.tolist()) == order
    if order is not None:
        patches = torch.arange(ends[-1])
        assert patches[plan.order][plan.back].tolist() == patches.tolist()


@pytest.mark.parametrize("images", ["torchvision", "pil"])
def test_dropping_the_token_types_would_change_the_scores_in_silence(local, asked, images):
    backend = local("qwen2_5_vl", images)
    encoded = [backend._encoded(question) for question in asked]
    tokenizer = backend._encoder.tokenizer
    digits = [tokenizer.convert_tokens_to_ids(list("01234"))]
    whole = [backend._model.read([one], digits, tokenizer)[0] for one in encoded]
    stripped = [backend._model.read([replace(one, types=None)], digits, tokenizer)[0] for one in encoded]
    assert {reply.status for reply in stripped} == {"ok"}  # that is the trap: nothing is said
    assert np.abs(levels(stripped) - levels(whole)).max() > 10 * AGREE
    for one in encoded:  # so they are there, and mark every picture token and no other
        image = tokenizer.convert_tokens_to_ids("<|image_pad|>")
        assert one.types == [int(token == image) for token in one.ids]
        assert sum(one.types) > 0


def spoiled(folder: Path, source: Path, how: str) -> Path:
    """Copy a model folder with a tokenizer that writes the digit 3 otherwise."""
    build("qwen2_5_vl", folder)
    path = folder / "tokenizer.json"
    settings = folder / "tokenizer_config.json"  # the file decides, not the class of the Qwen tokenizers
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"tokenizer_class": "PreTrainedTokenizerFast"}))
    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    if how == "two tokens":  # as with a mark for the space before a word
        tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace("3", "_3")])
        path.write_text(tokenizer.to_str())
    else:  # the line break that ends the prompt and the digit are one token
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        table = json.loads(tokenizer.to_str())
        table["model"]["vocab"]["Ċ3"] = max(table["model"]["vocab"].values()) + 1
        for added in table["added_tokens"]:
            added["id"] += 1
        table["model"]["merges"].append(["Ċ", "3"])
        path.write_text(json.dumps(table))
    return folder


@pytest.mark.parametrize(("how", "says"), [("two tokens", "takes 2 tokens"), ("merged", "merges with the end")])
def test_a_tokenizer_whose_digits_are_not_one_token_is_refused(folders, tmp_path, asked, how, says):
    folder = spoiled(tmp_path / "spoiled", folders["qwen2_5_vl"], how)
    backend = TransformersBackend(str(folder), dtype="float32")
    with pytest.raises(InputError, match=rf"spoiled: the answer '3' {says}.*parsed"):
        backend.answer(asked[0])
    engine = VllmBackend(str(folder))
    engine._llm = type("Stub", (), {"get_tokenizer": lambda _: AutoTokenizer.from_pretrained(folder)})()
    with pytest.raises(InputError, match=rf"spoiled: the answer '3' {says}"):
        engine._ids(("0", "1", "2", "3", "4"))


def test_when_memory_runs_out_the_batch_is_halved_and_all_are_answered(local, asked, monkeypatch):
    tried, real = [], LocalModel.read

    def read(self, encoded, *rest, **more):
        tried.append(len(encoded))
        if len(encoded) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return real(self, encoded, *rest, **more)

    whole = levels(replies(local("qwen3_vl"), asked))
    monkeypatch.setattr(LocalModel, "read", read)
    backend = local("qwen3_vl", batch=8)
    found = replies(backend, asked)
    assert levels(found) == pytest.approx(whole, abs=1e-4)
    assert tried[:4] == [8, 4, 2, 2]  # 8 fails, 4 fails, then pairs
    assert max(tried[4:]) <= 4  # and no batch of 8 is tried again

    def starved(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(LocalModel, "read", starved)
    assert [(r.status, "out of memory" in r.reason) for r in replies(backend, asked[:2])] == [("error", True)] * 2


@pytest.mark.parametrize("images", ["torchvision", "pil"])
def test_a_question_that_cannot_be_encoded_costs_only_itself(local, kind, asked, images):
    place = "<IMG_CONTEXT>" if kind == "internvl" else "<|image_pad|>"
    bad = replace(asked[1], prompt=Prompt(head=f"One place too many: {place}"))
    found = replies(local(kind, images), [asked[0], bad, asked[2]])
    assert [reply.status for reply in found] == ["ok", "error", "ok"]
    assert "could not be prepared" in found[1].reason
    assert levels([found[0], found[2]]) == pytest.approx(levels(replies(local(kind, images), asked[:3:2])), abs=1e-4)


def test_a_question_on_which_the_model_fails_costs_only_itself(local, asked, monkeypatch):
    backend = local("qwen2_5_vl")
    real = backend._encoded

    def encoded(question):
        one = real(question)
        return (
            EncodedQuestion([*one.ids[:-1], 10**6], one.types, one.vision) if question is asked[4] else one
        )  # no such token

    monkeypatch.setattr(backend, "_encoded", encoded)
    found = replies(backend, asked[:6])
    assert [reply.status for reply in found] == ["ok"] * 4 + ["error", "ok"]
    assert "the model failed: IndexError" in found[4].reason


def test_probabilities_that_are_no_numbers_are_an_error_not_a_score(folders, asked):
    backend = TransformersBackend(str(folders["qwen3_vl"]), dtype="float32")
    with torch.no_grad():
        backend._model.model.lm_head.weight.fill_(float("nan"))
    reply = backend.answer(asked[0])
    assert (reply.status, reply.distribution) == ("error", None)
    assert "no numbers" in reply.reason


def test_yes_and_no_are_read_as_the_digits_are(local):
    question = ask(2, answers=("yes", "no"))[0]
    reply = local("internvl").answer(question)
    assert len(reply.distribution) == 2
    assert 0 < sum(reply.distribution) < 1e-3  # this model says digits, and the mass shows it


def test_written_replies_are_the_same_alone_and_in_a_batch(local, kind, asked):
    decoding = Decoding(rung="parsed", max_tokens=6)
    alone = replies(local(kind, batch=1, decoding=decoding), asked)
    together = replies(local(kind, batch=12, decoding=decoding), asked)
    assert [reply.text for reply in together] == [reply.text for reply in alone]
    assert {reply.rung for reply in alone} == {"parsed"}
    assert all(reply.text.strip() and reply.distribution is None for reply in alone)
    best = [reply.text for reply in replies(local(kind), asked)]
    assert [reply.text[0] for reply in alone] == best  # the first written token is the most probable one


def test_drawn_replies_repeat_with_their_seed_and_leave_the_global_generator_alone(local, asked):
    decoding = Decoding(rung="parsed", temperature=1.5, max_tokens=8, seed=3)
    repeats = [replace(asked[0], sample=sample) for sample in range(4)]
    before = torch.random.get_rng_state()
    first = [reply.text for reply in replies(local("qwen3_vl", decoding=decoding), repeats)]
    second = [reply.text for reply in replies(local("qwen3_vl", batch=2, decoding=decoding), repeats[::-1])]
    assert first == second[::-1]
    assert len(set(first)) > 1
    assert torch.equal(before, torch.random.get_rng_state())


def test_questions_are_read_two_batches_ahead_and_no_more(local):
    taken = []

    def endless():
        for question in many(6):
            taken.append(question)
            yield question

    stream = local("qwen3_vl", batch=2).answers(endless())
    for _ in range(3):
        next(stream)
    assert len(taken) <= 6  # two answered batches' worth, one being prepared
    stream.close()
    assert len(taken) <= 6


def test_another_checkpoint_of_the_same_shape_is_another_referee(folders, tmp_path):
    again = build("qwen3_vl", tmp_path / "again")  # same seed, other name
    other = build("qwen3_vl", tmp_path / "other", seed=1)
    settings = [TransformersBackend(str(path)).settings() for path in (folders["qwen3_vl"], again, other)]
    assert settings[0] == settings[1]
    assert settings[0] != settings[2]
    sizes = [(path / "model.safetensors").stat().st_size for path in (again, other)]
    assert sizes[0] == sizes[1]  # neither name nor size tells them apart


def test_a_backend_travels_without_its_weights(local, folders, asked):
    backend = local("qwen3_vl")
    found = backend.answer(asked[0])
    packed = pickle.dumps(backend)
    assert len(packed) < 10_000 < (folders["qwen3_vl"] / "model.safetensors").stat().st_size
    again = pickle.loads(packed)
    assert again.settings() == backend.settings()
    assert again.answer(asked[0]).distribution == pytest.approx(found.distribution, abs=1e-4)


def test_the_command_line_scores_a_study_and_asks_nothing_twice(folders, tmp_path, monkeypatch):
    sample = Path(__file__).parents[2] / "data" / "sample_study"
    monkeypatch.setenv("REFEREE_CALIB_CACHE", str(tmp_path / "replies.sqlite"))

    def type_in(*words):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == 0, done.output
        return done.output

    def scored(study):
        type_in("init", study)
        type_in("import", study, sample / "rollouts.jsonl", "--media", sample / "media")
        type_in("score", study, "--referee", "transformers", "--model", folders["internvl"], "--limit", 3)
        with Study.open(study) as opened:
            return {(score.claim, score.dimension): score for score in opened.scores()}

    first = scored(tmp_path / "first")
    assert len({claim for claim, _ in first}) == 3
    assert {(score.status, score.rung) for score in first.values()} == {("ok", "exact")}
    monkeypatch.setattr(LocalModel, "read", None)  # the cache knows them all, in another study too
    again = scored(tmp_path / "again")
    assert {key: score.expected for key, score in again.items()} == {key: s.expected for key, s in first.items()}


def test_a_referee_scores_the_sample_study(local, kind):
    from referee_calib import claims
    from referee_calib.io import json_lines

    sample = Path(__file__).parents[2] / "data" / "sample_study"
    rows = [row for _, row in json_lines.read(sample / "rollouts.jsonl")][:3]
    parsed = [
        claims.parse_rollout(
            row["completion"], video=row["video"], question=row["question"], unit=claims.BoxUnit.parse(row["box_unit"])
        )
        for row in rows
    ]
    found = [claim for one in parsed for claim in one.claims]
    referee = Referee(kind, local(kind), frames=FramePolicy(box_frames=2, span_frames=2, clip_frames=2))
    scores = list(referee.score(found, sample / "media"))
    assert len(scores) == sum(len(claim.dimensions) for claim in found) > 3
    assert {score.status for score in scores} == {"ok"}
    assert all(score.mass > 0.99 and score.rung == "exact" and 0 <= score.expected <= 4 for score in scores)
