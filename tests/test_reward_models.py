"""The reward with a model behind an endpoint, and a certificate that brings exactly that model's referee back."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers_video import render

from referee_calib.cli.main import main
from referee_calib.errors import InputError
from referee_calib.records import Claim, Rating
from referee_calib.referee import Decoding, FramePolicy, RefereeSpec, make_referee
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.study import Study
from referee_calib.testing.endpoint import Endpoint

# that a certificate is unsigned is the subject of test_certificate_signature.py
pytestmark = pytest.mark.filterwarnings("ignore:certificate .* it is unsigned")
BOX = (0.1, 0.1, 0.2, 0.3, 0.4)
TOML = '[judge]\nbackend = "openai"\nmodel = "fake"\nurls = ["{url}"]\nframes = "frame"\n'


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Three videos with two claims each, rated by two people."""
    monkeypatch.setenv("REFEREE_CALIB_CACHE", str(tmp_path / "replies.sqlite"))
    monkeypatch.delenv("REFEREE_CALIB_BASE_URL", raising=False)
    made = Study.create(tmp_path / "study")
    for k in range(3):
        render(made.media / f"v{k}.mp4", 6)
    places = [(f"v{k % 3}.mp4", k) for k in range(6)]
    made.add_claims([Claim(video=v, question="Where?", object=f"ball {k}", boxes=(BOX,), rollout=v) for v, k in places])
    for rater in ("anna", "ben"):
        made.add_rater(rater)
    made.add_ratings(
        [
            Rating(claim=one.id, rater=rater, dimension=name, level=(k + shift) % 5, rubric=made.rubric.version,
                   origin="app", nonce=f"{rater}{k}{name}")
            for shift, rater in enumerate(("anna", "ben"))
            for k, one in enumerate(made.claims())
            for name in one.dimensions
        ]
    )  # fmt: skip
    return made


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def worth(reward: SemanticEvidenceReward, study: Study) -> list[float | None]:
    return [one.value for one in reward.judge(study.claims(), study.media)]


def test_a_reward_is_named_by_backend_and_model_or_by_a_study_or_by_a_specification(study, monkeypatch) -> None:
    with Endpoint() as endpoint:
        (study.folder / "referees.toml").write_text(TOML.format(url=endpoint.url))
        spec = RefereeSpec(
            name="x", backend="openai", model="fake", urls=(endpoint.url,), frames=FramePolicy.named("frame")
        )
        by_study = SemanticEvidenceReward("judge", referees=study.folder)
        by_spec = SemanticEvidenceReward(spec)
        monkeypatch.setenv("REFEREE_CALIB_BASE_URL", endpoint.url)
        by_name = SemanticEvidenceReward("openai:fake")
        assert worth(by_study, study) == worth(by_spec, study)
        assert by_study.fingerprint == by_spec.fingerprint != by_name.fingerprint  # crops are shown by default
        assert None not in worth(by_name, study)
        copied = pickle.loads(pickle.dumps(by_spec))
        assert copied.fingerprint == by_spec.fingerprint
        assert worth(copied, study) == worth(by_spec, study)


def test_the_order_in_which_scores_come_changes_nothing(study) -> None:
    class Backwards:
        """Gives the scores of a referee last first, as an endpoint may."""

        def __init__(self, referee):
            self.referee, self.fingerprint = referee, referee.fingerprint

        def score(self, *arguments, **options):
            return iter(list(self.referee.score(*arguments, **options))[::-1])

    with Endpoint() as endpoint:
        spec = RefereeSpec(name="x", backend="openai", model="fake", urls=(endpoint.url,))
        plain = worth(SemanticEvidenceReward(spec), study)
        assert len(set(plain)) > 2
        assert worth(SemanticEvidenceReward(Backwards(make_referee(spec))), study) == plain


def certificate(study: Study, path: Path) -> None:
    """Score, then certify with the server gone: what was validated is known without it."""
    with Endpoint() as endpoint:
        (study.folder / "referees.toml").write_text(TOML.format(url=endpoint.url))
        run("score", study.folder, "--referee", "judge", "--quiet")
        calls = endpoint.number
        run("report", study.folder, "--quiet")  # and a report asks nobody
        assert endpoint.number == calls
    (study.folder / "referees.toml").unlink()
    run("certify", study.folder, "--out", path, "--despite-verdict", "--quiet")


def test_a_certificate_brings_back_the_referee_with_its_rung(study, tmp_path, monkeypatch) -> None:
    path = tmp_path / "certificate.json"
    certificate(study, path)
    assert "127.0.0.1" not in path.read_text()
    with pytest.raises(InputError, match="no server address is known"):
        SemanticEvidenceReward.from_certificate(path, media=study.media)
    with Endpoint() as endpoint:
        monkeypatch.setenv("REFEREE_CALIB_BASE_URL", endpoint.url)
        with pytest.warns(UserWarning, match="verdict"):
            reward = SemanticEvidenceReward.from_certificate(path, media=study.media)
        assert endpoint.number == 0  # the rung is pinned: nobody is asked what the server can do
        values = worth(reward, study)
    assert None not in values
    assert reward.fingerprint == json.loads(path.read_text())["reward"]["fingerprint"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": "other"}, "backend model"),
        ({"revision": "r2"}, "backend revision"),
        ({"decoding": Decoding(rung="choice")}, "rung"),
        ({"decoding": Decoding(rung="exact", temperature=0.5)}, "temperature"),
        ({"frames": FramePolicy.named("both")}, "frame policy"),
    ],
)
def test_any_other_referee_is_refused_by_what_differs(study, tmp_path, change, said) -> None:
    path = tmp_path / "certificate.json"
    certificate(study, path)
    told = json.loads(path.read_text())["referee"]["description"]["spec"]
    same = replace(RefereeSpec.from_json(told), urls=("http://127.0.0.1:9/v1",))
    with pytest.warns(UserWarning, match="verdict"):
        SemanticEvidenceReward.from_certificate(path, media=study.media, referee=same)
    with pytest.raises(InputError, match=said):
        SemanticEvidenceReward.from_certificate(path, media=study.media, referee=replace(same, **change))


def test_a_server_that_gives_less_than_was_validated_stops_the_training(study, tmp_path, monkeypatch) -> None:
    path = tmp_path / "certificate.json"
    certificate(study, path)
    with Endpoint(supports=()) as endpoint:  # no log-probabilities any more
        monkeypatch.setenv("REFEREE_CALIB_BASE_URL", endpoint.url)
        with pytest.warns(UserWarning, match="verdict"):
            reward = SemanticEvidenceReward.from_certificate(path, media=study.media)
        with pytest.raises(InputError, match="rung exact"):
            reward.judge(study.claims(), study.media)
