"""Recalibrators in the reward: the same values as the fits, what they change, what is refused, and the fingerprint."""

import json
import logging
import pickle

import numpy as np
import pytest
from helpers_reward import Written, box_claim

from agreement import fit_recalibrator
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.reward import (
    ClaimContext,
    LevelRecalibrator,
    SemanticEvidenceReward,
    Support,
    read_recalibrators,
)

FINGERPRINT = Written.fingerprint


def fitted(kind="isotonic", *, dimension="", referee=FINGERPRINT, seed=1, threshold=None):
    rng = np.random.default_rng(seed)
    score = np.round(rng.random(200) * 4, 1)
    people = np.clip(np.round(score[:, None] - 1 + rng.normal(0, 0.7, (200, 3))), 0, 4)
    people[rng.random(people.shape) < 0.3] = np.nan
    return fit_recalibrator(
        score, people, kind=kind, threshold=threshold, n_resamples=0, referee=referee, dimension=dimension
    )


def line(intercept, slope, *, dimension="", referee=FINGERPRINT):
    """A recalibrator that is known: intercept + slope · level, kept on the scale."""
    row = fitted("linear", dimension=dimension, referee=referee).to_json()
    return row | {"parameters": {"intercept": intercept, "slope": slope, "lowest": 0.0, "highest": 4.0}}


def written(path, content):
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def many(**dimensions):
    return {"schema": "referee-calib/recalibrators/1", "simulated": False, "dimensions": dimensions}


def value(reward, claim):
    return judged(reward, claim).value


def judged(reward, claim):
    return reward.judge([claim], ".", [ClaimContext(duration=10.0)])[0]


@pytest.mark.parametrize("kind", ["isotonic", "ordinal", "linear"])
def test_a_recalibrator_read_from_its_file_gives_what_the_fit_gives_kept_on_the_scale(kind):
    made = fitted(kind)
    applied = LevelRecalibrator.from_json(json.loads(json.dumps(made.to_json())), "here")
    levels = np.linspace(0, 4, 401)
    expected = np.clip(made(levels), 0, 4).tolist()
    assert [applied(level) for level in levels.tolist()] == pytest.approx(expected, abs=1e-12)


def test_the_level_people_mean_takes_the_place_of_the_referee_s(tmp_path):
    content = many(
        relevance=line(0.0, 0.5, dimension="relevance"), localization=line(-1.0, 1.0, dimension="localization")
    )
    path = written(tmp_path / "r.json", content)
    raw = SemanticEvidenceReward(Written())
    reward = SemanticEvidenceReward(Written(), recalibrator=str(path))
    claim = box_claim("4 3")
    assert value(raw, claim) == 4 / 4 * 3 / 4
    found = judged(reward, claim)
    assert (found.relevance, found.localization) == (2 / 4, 2 / 4)  # 0.5 · 4, and 3 - 1
    assert found.value == 2 / 4 * 2 / 4


def test_a_dimension_without_a_recalibrator_stays_as_it_is(tmp_path):
    path = written(tmp_path / "one.json", line(0.0, 0.5, dimension="relevance"))
    for given in (path, {"relevance": path}, {"relevance": LevelRecalibrator.from_json(line(0.0, 0.5), "here")}):
        found = judged(SemanticEvidenceReward(Written(), recalibrator=given), box_claim("4 3"))
        assert (found.relevance, found.localization) == (0.5, 0.75)


def test_a_mapping_takes_dimensions_from_several_files(tmp_path):
    first = written(tmp_path / "a.json", many(relevance=line(0.0, 0.5), localization=line(0.0, 0.5)))
    second = written(tmp_path / "b.json", line(0.0, 0.25))
    reward = SemanticEvidenceReward(Written(), recalibrator={"relevance": first, "timing": second})
    assert list(read_recalibrators({"relevance": first, "timing": second})) == ["relevance", "timing"]
    found = judged(reward, Claim(video="v.mp4", question="when 4 4", span=(1.0, 2.0)))
    assert (found.relevance, found.timing) == (0.5, 0.25)


def test_the_sights_of_a_penalty_are_recalibrated_too(tmp_path):
    path = written(tmp_path / "r.json", line(0.0, 0.25, dimension="relevance"))
    span = Claim(video="v.mp4", question="when 4 4", span=(1.0, 5.0))
    penalty = Support(parts=2, seen=2.0)
    assert judged(SemanticEvidenceReward(Written(), penalty=penalty), span).penalty == 0.0
    assert judged(SemanticEvidenceReward(Written(), penalty=penalty, recalibrator=path), span).penalty == 1.0


def test_a_failed_score_stays_failed(tmp_path):
    path = written(tmp_path / "r.json", many(relevance=line(0.0, 0.5)))
    found = judged(SemanticEvidenceReward(Written(), recalibrator=path), box_claim("4 fails"))
    assert (found.value, found.status) == (None, "unsupported")


def test_another_referee_s_recalibrator_is_refused(tmp_path):
    path = written(tmp_path / "r.json", many(timing=line(0.0, 1.0, referee="f" * 16)))
    with pytest.raises(InputError, match=f"timing on referee {'f' * 16}, the reward asks {FINGERPRINT}"):
        SemanticEvidenceReward(Written(), recalibrator=path)
    nameless = written(tmp_path / "n.json", many(timing=line(0.0, 1.0, referee="")))
    with pytest.raises(InputError, match="not stated"):
        SemanticEvidenceReward(Written(), recalibrator=nameless)


def test_a_named_referee_is_compared_when_it_is_made(tmp_path):
    path = written(tmp_path / "r.json", many(relevance=line(0.0, 1.0)))
    reward = SemanticEvidenceReward("pixels", recalibrator=path)
    with pytest.raises(InputError, match="only fits the referee it was fitted on"):
        _ = reward.fingerprint
    with pytest.raises(InputError, match="only fits the referee it was fitted on"):
        judged(reward, box_claim())


def test_a_warning_instead_has_to_be_asked_for(tmp_path, caplog):
    path = written(tmp_path / "r.json", many(relevance=line(0.0, 0.5, referee="f" * 16)))
    with caplog.at_level(logging.WARNING):
        reward = SemanticEvidenceReward(Written(), recalibrator=path, recalibrator_check="warn")
    assert "relevance on referee ffffffffffffffff" in caplog.text
    assert value(reward, box_claim("4 4")) == 0.5
    with pytest.raises(InputError, match="one of raise, warn"):
        SemanticEvidenceReward(Written(), recalibrator_check="ignore")


def test_simulated_ratings_are_said_when_the_reward_is_made(tmp_path, caplog):
    path = written(tmp_path / "r.json", many(relevance=line(0.0, 0.5)) | {"simulated": True})
    SemanticEvidenceReward(Written(), recalibrator=path)
    assert "fitted on simulated ratings" in caplog.text


def test_fingerprint_names_the_recalibrator_by_content(tmp_path):
    paths = [
        written(tmp_path / "a.json", many(relevance=line(0.0, 0.5))),
        written(tmp_path / "same.json", many(relevance=line(0.0, 0.5))),
        written(tmp_path / "b.json", many(relevance=line(0.0, 0.6))),
        written(tmp_path / "c.json", many(timing=line(0.0, 0.5))),
    ]
    names = [SemanticEvidenceReward(Written(), recalibrator=path).fingerprint for path in paths]
    assert names[0] == names[1]
    assert len({*names, SemanticEvidenceReward(Written()).fingerprint}) == 4
    assert "recalibrator" not in SemanticEvidenceReward(Written()).settings()


def test_pickled_reward_pays_the_same_without_the_file(tmp_path):
    path = written(tmp_path / "r.json", many(relevance=line(0.0, 0.5)))
    reward = SemanticEvidenceReward(Written(), recalibrator=path)
    packed = pickle.dumps(reward)
    path.unlink()
    again = pickle.loads(packed)
    assert value(again, box_claim("4 4")) == value(reward, box_claim("4 4")) == 0.5
    assert again.fingerprint == reward.fingerprint


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"schema": "other/1"}, "its schema is neither"),
        (many(), "its schema is neither"),
        ([1, 2], "its schema is neither"),
        (many(timing=line(0, 1, dimension="relevance")), "it was fitted for 'relevance'"),
        (many(color=line(0, 1)), "a dimension is one of"),
        (line(0, 1), "a dimension is one of"),  # a single one that does not say for what
        (many(relevance={"schema": "referee-calib/recalibrator/1"}), "a reward applies isotonic"),
        (many(relevance=fitted("platt", threshold=3).to_json()), "gives the probability of a cut"),
        (many(relevance=fitted().to_json() | {"scale": [0.0, 1.0]}), "has relevance from 0 to 4"),
        (many(relevance=line(0, -1)), "the slope must not be below 0"),
        (many(relevance=line("a", 1)), "is not a finite number"),
        (many(relevance=fitted().to_json() | {"parameters": {"levels": [1, 2], "values": [1]}}), "no isotonic map"),
        (many(relevance=fitted().to_json() | {"parameters": {"levels": [2, 1], "values": [1, 2]}}), "levels must rise"),
        (many(relevance=fitted().to_json() | {"parameters": {"levels": [1, 2], "values": [2, 1]}}), "must not fall"),
        (many(relevance=fitted().to_json() | {"parameters": {"levels": 3}}), "no isotonic map"),
        (many(relevance=fitted("ordinal").to_json() | {"parameters": {"levels": [0, 1], "thresholds": [], "slope": 1}}),
         "make no ordinal map"),
    ],
)  # fmt: skip
def test_other_files_are_refused(tmp_path, content, said):
    with pytest.raises(InputError, match=said):
        SemanticEvidenceReward(Written(), recalibrator=written(tmp_path / "r.json", content))


def test_what_is_no_file_or_no_json_is_refused(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        SemanticEvidenceReward(recalibrator=tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(InputError, match="it is not JSON"):
        SemanticEvidenceReward(recalibrator=tmp_path / "bad.json")
    path = written(tmp_path / "r.json", many(relevance=line(0, 1)))
    with pytest.raises(InputError, match="it holds relevance"):
        SemanticEvidenceReward(recalibrator={"timing": path})
    single = written(tmp_path / "s.json", line(0, 1, dimension="relevance"))
    with pytest.raises(InputError, match="fitted for 'relevance'"):
        SemanticEvidenceReward(recalibrator={"timing": single})
