"""What a training step may bring: failing referees, batches that teach nothing, sizes in any form, old TRLs, forks."""

import asyncio
import json
import os
import threading
import time
import types
from pathlib import Path

import numpy as np
import pytest
from helpers_fork import ended

from referee_calib import fork_guard
from referee_calib.errors import InputError
from referee_calib.records import RefereeScore
from referee_calib.referee import Referee, Reply
from referee_calib.reward import OpenO3Reward, SemanticEvidenceReward
from referee_calib.reward.baselines.open_o3_formulas import PARTS, open_o3_parts
from referee_calib.reward.training import trainer_version

MEDIA = Path(__file__).parents[1] / "data" / "sample_study" / "media"
QUESTION = "Where does the green ball come to rest?"
IMAGES = json.loads((Path(__file__).parent / "vectors" / "open_o3_image_rewards.json").read_text())["cases"]


def evidence(time=5.2, box="[58, 170, 121, 229]"):
    return f"<obj>green ball</obj><box>{box}</box>at<t>{time}</t>s"


def reply_of(*pieces):
    return f"<think>{' '.join(pieces)}</think><answer>On the left.</answer>"


def paid(reward, *completions, video="swap.mp4", **columns):
    count = len(completions)
    return reward(completions=completions, video=[video] * count, question=[QUESTION] * count, **columns)


def semantic(referee="pixels", **options):
    return SemanticEvidenceReward(referee, media=MEDIA, unit="pixels:448x252", **options)


class Backend:
    """A backend whose answer is a function of the question."""

    reads_words = cacheable = deterministic = False

    def __init__(self, answer):
        self.answer = answer

    def settings(self):
        return {"backend": "test"}

    describe = settings


def raises(question):
    raise ValueError("out of memory")


def hangs(question):
    time.sleep(60)


def leaves(question):
    raise SystemExit(3)


def is_cancelled(question):
    raise asyncio.CancelledError


FAILURES = [
    (raises, "the backend failed (ValueError: out of memory)"),
    (leaves, "the referee failed (SystemExit: 3)"),
    (is_cancelled, "the referee failed (CancelledError:)"),
    (lambda question: None, "the backend gave None in place of a reply"),
    (lambda question: "Level: 3", "the backend gave a str ('Level: 3') in place of a reply"),
    (lambda question: Reply(text=3), "the backend gave a reply whose text is a int (3)"),
    (lambda question: Reply(text="3", distribution="0.2"), "a reply whose distribution is a str"),
    (lambda question: Reply(text="3", seconds=float("nan")), "a reply whose seconds is a float (nan)"),
]


@pytest.mark.parametrize(("answer", "why"), FAILURES)
def test_a_backend_that_fails_costs_its_claims_and_says_why(answer, why, caplog):
    assert paid(semantic(Referee("test", Backend(answer))), reply_of(evidence())) == [None]
    assert why in caplog.text


def test_a_backend_that_hangs_is_waited_for_no_longer_than_said(caplog):
    reward = semantic(Referee("test", Backend(hangs)), patience=0.1, retries=0)
    assert paid(reward, reply_of(evidence())) == [None]
    assert "nothing came for 0.1 s" in caplog.text


class Judge:
    """A referee of another package: scores are what a function yields."""

    fingerprint = "judge"

    def __init__(self, scores):
        self.score = lambda claims, media, **_: scores(list(claims))


def half(claims):
    yield RefereeScore(claim=claims[0].id, referee="judge", dimension="relevance", level=4, status="ok")
    raise KeyError("localization")


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        (half, "the referee failed (KeyError: 'localization')"),
        (lambda claims: None, "the referee failed (TypeError: 'NoneType' object is not iterable)"),
        (lambda claims: ["4"], "the referee gave a str in place of a score"),
        (lambda claims: [], "the referee gave no score"),
    ],
)
def test_a_referee_that_gives_less_than_it_owes_costs_its_claims(scores, why, caplog):
    assert paid(semantic(Judge(scores), failure=-1.0), reply_of(evidence())) == [-1.0]
    assert why in caplog.text


@pytest.mark.parametrize("option", [{"patience": "3"}, {"patience": 0}, {"retries": 1.5}, {"samples": True}], ids=repr)
def test_an_option_that_is_no_such_number_is_refused_at_the_door(option):
    with pytest.raises(InputError, match=next(iter(option))):
        semantic(**option)


def test_completions_that_are_one_text_are_named_as_that():
    with pytest.raises(InputError, match="they are a list"):
        semantic()(completions="a text", video=["swap.mp4"], question=["Where?"])


def test_what_a_user_can_mend_is_raised():
    def unset(question):
        raise InputError("backend test", "it has no key", "Set one.")

    with pytest.raises(InputError, match="Set one"):
        paid(semantic(Referee("test", Backend(unset))), reply_of(evidence()))


# batches


def test_a_batch_without_a_readable_claim_is_said_once_with_counts(caplog):
    reward = semantic()
    for _ in range(2):
        assert paid(reward, "I do not know.", reply_of(evidence(box="[121, 170, 58, 229]"))) == [0.0, 0.0]
    lines = [line for line in caplog.messages if "readable claim" in line]
    assert len(lines) == 1
    assert "none of the 2 replies of a batch holds a readable claim (no_evidence 1, box_reversed 1)" in lines[0]


def test_a_batch_without_a_video_is_said_once(caplog):
    reward = semantic()
    for _ in range(2):
        assert paid(reward, reply_of(evidence()), video="gone.mp4") == [None]
    assert sum("none of the 1 videos of a batch is in the folder" in line for line in caplog.messages) == 1


# evidence that cannot be read


@pytest.mark.parametrize(
    ("piece", "counts"),
    [
        (evidence(box="[121, 170, 58, 229]"), True),  # reversed
        (evidence(box="[58, 170, 121]"), True),
        (evidence(time="soon"), True),
        ("<obj>green ball</obj><box>[58, 170", True),
        ("the <obj>green ball</obj>, seen at <t>3.0</t>s", False),  # points at no place
    ],
)
def test_unreadable_evidence_counts_as_a_claim_worth_nothing(piece, counts):
    reply = reply_of(evidence(), piece)
    (alone,) = paid(semantic(), reply_of(evidence()))
    assert alone > 0.99
    # P / (P + L) with a worthless one: alone / (alone + (1 - alone) + 1)
    assert paid(semantic(), reply) == [pytest.approx(alone / 2 if counts else alone)]
    assert paid(semantic(unread="ignored"), reply) == [alone]


def test_a_reply_of_unreadable_evidence_alone_is_not_paid_for_silence():
    unread = reply_of(evidence(box="[121, 170, 58, 229]"))
    assert paid(semantic(empty=0.3), unread, "I do not know.") == [0.0, 0.3]
    assert paid(semantic(empty=-0.3), unread) == [-0.3]


def test_the_choice_is_in_the_fingerprint_and_only_a_choice():
    assert semantic().fingerprint != semantic(unread="ignored").fingerprint
    assert "unread" not in semantic(unread="ignored").settings()["together"]  # as in certificates without the choice
    with pytest.raises(InputError, match="counts, ignored"):
        semantic(unread="paid")


# columns


@pytest.mark.parametrize(
    "size",
    [
        [448, 252],
        (np.int64(448), np.int32(252)),
        np.array([448, 252]),
        "448x252",
        "448 × 252",
        "(448, 252)",
        ["448", "252"],
        (448.0, 252.0),
    ],
    ids=repr,
)
def test_the_size_of_a_picture_is_read_in_every_form_that_trainers_write(size):
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    assert paid(reward, reply_of(evidence()), image_size=[size]) == paid(semantic(), reply_of(evidence()))


@pytest.mark.parametrize("size", ["large", [448], [448, 0], [448.5, 252], 448], ids=repr)
def test_a_size_that_is_none_is_named(size, caplog):
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    assert paid(reward, reply_of(evidence()), image_size=[size]) == [None]
    assert "completion 0: image_size" in caplog.text
    assert "it must be width and height" in caplog.text


def test_whole_columns_may_be_arrays():
    reward = SemanticEvidenceReward("pixels", media=MEDIA)
    columns = {"image_size": np.array([[448, 252]]), "duration": np.array([8.0]), "step": np.array([3])}
    assert paid(reward, reply_of(evidence()), **columns) == paid(semantic(), reply_of(evidence()))


# trainers


@pytest.mark.parametrize(("version", "fine"), [("0.19.1", False), ("1.5.1", False), ("1.6.0", True), ("2.0", True)])
def test_a_trl_that_takes_none_for_0_is_refused_where_the_policy_is_to_abstain(monkeypatch, version, fine):
    monkeypatch.setitem(trainer_version.sys.modules, "trl", types.ModuleType("trl"))
    monkeypatch.setattr(trainer_version, "_installed", lambda: version)
    assert paid(semantic(failure="group-mean"), "I do not know.", group=["a"]) == [0.0]
    if fine:
        assert paid(semantic(), "I do not know.") == [0.0]
        return
    with pytest.raises(InputError, match=rf'with trl {version}: .* pass failure="group-mean"'):
        paid(semantic(), "I do not know.")


def test_a_trl_that_is_installed_and_not_in_use_is_no_matter(monkeypatch):
    monkeypatch.delitem(trainer_version.sys.modules, "trl", raising=False)
    monkeypatch.setattr(trainer_version, "_installed", lambda: "0.19.1")
    assert paid(semantic(), "I do not know.") == [0.0]


# forks


def test_a_child_forked_while_another_thread_decodes_can_decode():
    stop, count = threading.Event(), 0

    def decode():
        while not stop.is_set():
            paid(semantic(), reply_of(evidence(time=1.0 + count % 40 / 10)))

    threads = [threading.Thread(target=decode) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for count in range(6):
            time.sleep(0.013 * count)  # in different places of the others' work
            child = os.fork()
            if not child:
                os._exit(0 if paid(semantic(), reply_of(evidence()))[0] > 0.99 else 3)
            assert ended(child) == 0
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_a_fork_waits_for_a_decoder_of_another_thread_and_says_when_it_does_not_end(monkeypatch, caplog):
    monkeypatch.setattr(fork_guard, "PATIENCE", 0.05)
    opened, close = threading.Event(), threading.Event()

    def hold():
        with fork_guard.held_against_fork():
            opened.set()
            close.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    opened.wait(30)
    child = os.fork()
    if not child:
        os._exit(0)
    assert ended(child) == 0
    close.set()
    thread.join()
    assert 'start children with the method "spawn"' in caplog.text


# Open-o3-Video


@pytest.mark.parametrize("part", PARTS)
def test_image_questions_and_answers_that_end_in_empty_lines_earn_what_was_shipped(part):
    shipped = [case["expected"][f"{part}_reward"] for case in IMAGES]
    assert [open_o3_parts(case["completion"], case["columns"])[part] for case in IMAGES] == pytest.approx(shipped)


def test_the_share_of_training_may_be_a_parameter():
    row = {
        "task": ["temporal-spatial free-form QA"],
        "key_frames": [[{"time": 30, "idx": 0}]],
        "key_items": [{"0": {"car": [[0.2, 0.4, 0.4, 0.8]]}}],
        "image_size": [np.array([1000, 500])],
        "answer": ["a car"],
    }
    completion = "<think><t>31</t>s</think><answer>a car</answer>"
    reward = OpenO3Reward(parts=("thk_temporal_point",), step_percent=0.5)
    sigma = 4 * (1 - 0.5)
    assert reward([completion], **row) == [pytest.approx(np.exp(-1 / (2 * sigma**2)))]
    assert reward([completion], **row, step_percent=[1.0]) == [pytest.approx(np.exp(-1 / 2))]  # a column goes first
    assert reward.fingerprint != OpenO3Reward(parts=("thk_temporal_point",)).fingerprint
    with pytest.raises(InputError, match="or pass the parameter step_percent"):
        OpenO3Reward(parts=("thk_temporal_point",))([completion], **row)
