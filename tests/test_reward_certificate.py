"""Certificates as training loads them: exactly what was validated, or every difference by name."""

from __future__ import annotations

import hashlib
import json
import pickle
import re
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from helpers_verdict import make_study, run

from referee_calib.errors import InputError
from referee_calib.referee import FramePolicy, Prompt, Referee, Reply, ScriptedBackend, load_referee
from referee_calib.reward import Looseness, Proximity, SemanticEvidenceReward, Weighted
from referee_calib.reward.certificate import certificate_digest
from referee_calib.reward.certificate_loading import CertificateWarning, differences
from referee_calib.reward.fingerprint import fingerprint
from referee_calib.rubric import load

# that a certificate is unsigned is the subject of test_certificate_signature.py
pytestmark = pytest.mark.filterwarnings("ignore:certificate .* it is unsigned")
from_certificate = SemanticEvidenceReward.from_certificate
DELETED = object()


@pytest.fixture(scope="module")
def unprobed(tmp_path_factory) -> Path:
    """A certificate whose reward nobody perturbed or probed."""
    folder = tmp_path_factory.mktemp("certified")
    make_study(folder / "study")
    assert run("certify", folder / "study", "-q", "--out", folder / "c.json").exit_code == 0
    return folder / "c.json"


@pytest.fixture(scope="module")
def certificate(unprobed) -> Path:
    verdict = json.loads(unprobed.read_text())["verdict"]
    return changed(unprobed, unprobed.with_name("held.json"), verdict={**verdict, "gaps": []})


def changed(certificate: Path, to: Path, **values: object) -> Path:
    """Write a certificate with other contents and a hash that fits them."""
    return changed_to(json.loads(certificate.read_text()) | values, to)


def described(reward: SemanticEvidenceReward, referee: Referee) -> dict[str, object]:
    """The parts of a certificate that describe another reward."""
    settings = json.loads(json.dumps(reward.settings()))
    return {
        "reward": {"name": "r", "fingerprint": reward.fingerprint, "settings": settings},
        "referee": {"name": referee.name, "fingerprint": referee.fingerprint, "settings": referee.settings()},
    }


def test_the_reward_is_the_one_that_was_certified(certificate) -> None:
    reward = from_certificate(certificate, media="videos", unit="0-1", name="mine")  # warnings are errors here
    assert reward.fingerprint == json.loads(certificate.read_text())["reward"]["fingerprint"]
    assert reward.fingerprint == SemanticEvidenceReward("pixels").fingerprint
    assert (reward.media, reward.unit, reward.__name__) == ("videos", "0-1", "mine")
    assert pickle.loads(pickle.dumps(reward)).fingerprint == reward.fingerprint


def test_every_parameter_comes_back(certificate, tmp_path) -> None:
    pixels = load_referee("pixels")
    reward = SemanticEvidenceReward(
        pixels, combine=Weighted(0.7), penalty=Proximity(sigma=2.0), penalty_weight=0.3, retries=2, failure=0.25, cap=5
    )
    path = changed(certificate, tmp_path / "c.json", **described(reward, pixels))
    again = from_certificate(path)
    assert again.fingerprint == reward.fingerprint
    assert (again.penalty, again.combine) == (Proximity(sigma=2.0), Weighted(0.7))  # the gate is infinite
    bare = SemanticEvidenceReward(pixels, penalty=None)
    assert from_certificate(changed(certificate, tmp_path / "b.json", **described(bare, pixels))).penalty is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"combine": "mean"}, 'combination kind: validated "Product", here "Mean"'),
        ({"penalty": Looseness(0.5)}, "penalty tolerance: validated 0.75, here 0.5"),
        ({"penalty": None}, 'penalty kind: validated "Looseness", here nothing'),
        ({"penalty_weight": 0.4}, "penalty weight: validated 0.5, here 0.4"),
        ({"retries": 0}, "retries: validated 1, here 0"),
        ({"failure": "raise"}, 'reply failure: validated "abstain", here "raise"'),
    ],
)
def test_another_parameter_is_refused_by_name(certificate, given, said) -> None:
    with pytest.raises(InputError) as caught:
        from_certificate(certificate, **given)
    assert said in str(caught.value)
    with pytest.warns(CertificateWarning, match="differs from what was validated"):
        reward = from_certificate(certificate, on_difference="warn", **given)
    assert reward.fingerprint != from_certificate(certificate).fingerprint


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"frames": FramePolicy(box_frames=6)}, "frame policy box_frames: validated 4, here 6"),
        ({"prompt": Prompt(tail=Prompt().tail + "\nBe strict.")}, "prompt: validated"),
        ({"backend": ScriptedBackend([Reply(text="Level: 1")])}, "backend script: validated"),
        ({"rubric": replace(load(), version="1-deadbeef")}, "rubric: validated"),
    ],
)
def test_another_referee_is_refused_by_what_differs(certificate, tmp_path, change, said) -> None:
    scripted = Referee("scripted", ScriptedBackend([Reply(text="Level: 3")]))
    path = changed(certificate, tmp_path / "c.json", **described(SemanticEvidenceReward(scripted), scripted))
    assert from_certificate(path, referee=scripted).fingerprint == SemanticEvidenceReward(scripted).fingerprint
    with pytest.raises(InputError) as caught:
        from_certificate(path, referee=replace(scripted, **change))
    assert said in str(caught.value)
    assert "referee fingerprint" not in str(caught.value)  # the settings say it better
    with pytest.raises(InputError, match="it needs the file with the replies"):
        from_certificate(path)  # a referee that cannot be made from its name has to be given


def test_model_revision_and_decoding_are_named() -> None:
    backend = {"backend": "server", "model": "a/b", "revision": "1", "decoding": {"temperature": 0.0}}
    before = {"referee": {"settings": {"backend": backend}}, "reward": {"settings": {"referee": "x"}}}
    now = {"backend": backend | {"revision": "2", "decoding": {"temperature": 0.7}}}
    assert differences(before, {"referee": "y"}, now) == [
        'backend revision: validated "1", here "2"',
        "backend decoding temperature: validated 0.0, here 0.7",
    ]
    assert differences(before, {"referee": "y"}, None) == ['referee fingerprint: validated "x", here "y"']


def test_words_of_its_own_are_rebuilt_from_the_certificate(certificate, tmp_path) -> None:
    found = json.loads(certificate.read_text())
    words = found["rubric"]
    words["scales"][0]["question"] = "Is it of use?"
    words["version"] = version(words["scales"])
    scale = replace(load().scales[0], question="Is it of use?")
    pixels = load_referee(
        "pixels", rubric=replace(load(), version=words["version"], scales=(scale, *load().scales[1:]))
    )
    path = changed(certificate, tmp_path / "c.json", rubric=words, **described(SemanticEvidenceReward(pixels), pixels))
    referee = from_certificate(path).referee
    assert (referee.rubric.version, referee.rubric["relevance"].question) == (words["version"], "Is it of use?")


def version(scales: list[dict[str, object]]) -> str:
    """The version that a rubric.toml of these words has: of its texts without the dimension, which is the table."""
    tables = [{key: value for key, value in scale.items() if key != "dimension"} for scale in scales]
    return f"9-{hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()[:8]}"


def put(found: dict[str, object], name: str, value: object) -> dict[str, object]:
    """Set a value by its dotted name; DELETED removes it."""
    *path, last = name.split(".")
    at = found
    for key in path:
        at = at[int(key)] if key.isdigit() else at[key]
    if value is DELETED:
        del at[last]
    else:
        at[last] = value
    return found


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("reward.fingerprint", "f" * 16, "reward fingerprint: the certificate states ffffffffffffffff, its settings"),
        ("referee.fingerprint", "e" * 16, "referee fingerprint: the certificate states eeeeeeeeeeeeeeee, the reward's"),
        ("rubric.scales.1.question", "Is it of use?", "rubric version: the certificate states .*, its words give"),
    ],
)
def test_a_certificate_that_contradicts_itself_is_refused_although_its_hash_fits(
    certificate, tmp_path, name, value, said
) -> None:
    path = changed(certificate, tmp_path / "c.json", **put(json.loads(certificate.read_text()), name, value))
    with pytest.raises(InputError, match=said):
        from_certificate(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from_certificate(path, on_difference="warn")
    assert any(re.search(said, str(one.message)) for one in caught)


def test_a_rubric_that_its_referee_was_not_asked_with_is_refused(certificate, tmp_path) -> None:
    found = put(json.loads(certificate.read_text()), "referee.settings.rubric", "9-cafecafe")
    with pytest.raises(InputError, match=r"rubric version: the certificate states .*, the referee's settings give 9-c"):
        from_certificate(changed(certificate, tmp_path / "c.json", **found))


def test_a_setting_that_is_none_still_makes_another_fingerprint(certificate, tmp_path) -> None:
    # None and nothing are no difference by name, and two fingerprints
    found = put(json.loads(certificate.read_text()), "reward.settings.later", None)
    found["reward"]["fingerprint"] = fingerprint(found["reward"]["settings"])
    with pytest.raises(InputError, match=f"reward fingerprint: validated {found['reward']['fingerprint']}, here"):
        from_certificate(changed(certificate, tmp_path / "c.json", **found))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("verdict", DELETED, "verdict.state is missing"),
        ("simulated", "no", 'simulated is "no"'),
        ("reward.settings", DELETED, "reward.settings is missing"),
        ("reward.settings.retries", True, "reward.settings.retries is true"),
        ("reward.settings.together", {"failure": "abstain"}, "reward.settings.together.cap is missing"),
        ("reward.settings.combine", "Product", 'reward.settings.combine is "Product"'),
        ("reward.settings.combine", {}, "KeyError"),
        ("reward.settings.penalty.tolerence", 0.5, "TypeError"),
        ("referee.settings", [], r"referee.settings is \[\]"),
        ("referee.description", "pixels", "TypeError"),
        ("rubric.scales.0.levels", DELETED, "KeyError"),
        ("rubric.scales", [], "KeyError"),
        ("recalibrators", None, "recalibrators is null"),
    ],
)
def test_a_certificate_that_lacks_something_is_refused_in_one_line(certificate, tmp_path, name, value, said) -> None:
    path = changed_to(put(json.loads(certificate.read_text()), name, value), tmp_path / "c.json")
    with pytest.raises(InputError, match=said) as caught:
        from_certificate(path)
    assert "it is not whole" in str(caught.value)
    assert "referee-calib certify" in str(caught.value)


def changed_to(found: dict[str, object], to: Path) -> Path:
    to.write_text(json.dumps(found | {"sha256": certificate_digest(found)}))
    return to


def test_a_wrong_parameter_of_the_caller_is_not_laid_at_the_certificates_door(certificate) -> None:
    with pytest.raises(TypeError, match="medai"):
        from_certificate(certificate, medai="videos")


def test_a_recalibrator_comes_back_with_its_content(tmp_path) -> None:
    make_study(tmp_path / "study")
    levels = tmp_path / "levels.json"
    assert run("recalibrate", tmp_path / "study", "--out", levels).exit_code == 0
    done = run("certify", tmp_path / "study", "-q", "--out", tmp_path / "c.json", "--recalibrator", levels)
    assert done.exit_code == 0, done.stderr
    direct = SemanticEvidenceReward("pixels", recalibrator=levels)
    levels.unlink()  # the certificate holds it
    with pytest.warns(CertificateWarning, match="Nobody has|not held"):
        assert from_certificate(tmp_path / "c.json").fingerprint == direct.fingerprint
    with pytest.raises(InputError, match="recalibrator relevance: validated"):
        from_certificate(tmp_path / "c.json", recalibrator=None)


def test_simulated_ratings_and_an_open_verdict_are_warned_of(certificate, tmp_path) -> None:
    path = changed(certificate, tmp_path / "c.json", simulated=True)
    with pytest.warns(CertificateWarning, match="SIMULATED ratings and says nothing about people"):
        from_certificate(path)
    found = json.loads(certificate.read_text())["verdict"] | {"state": "fail", "sentence": "1 threshold is missed."}
    with pytest.warns(CertificateWarning, match='verdict is "fail": 1 threshold is missed'):
        from_certificate(changed(certificate, tmp_path / "d.json", verdict=found))


def test_what_nothing_was_held_against_is_warned_of(unprobed) -> None:
    with pytest.warns(CertificateWarning) as said:
        from_certificate(unprobed)
    assert [str(one.message).partition(".json: ")[2] for one in said if "unsigned" not in str(one.message)] == [
        "Nobody has looked at what it pays for small perturbations and wrong evidence: referee-calib perturb.",
        "Nobody has put exploit probes to it: referee-calib probe.",
        "Policy improvement is not held against anything: the referee's reward pays two rollouts in no group (videos "
        "or scores are missing: referee-calib doctor).",
    ]


def test_a_passing_certificate_from_people_warns_of_nothing(certificate) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "certificate .* it is unsigned")
        from_certificate(certificate)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is not JSON"),
        ("[]", "its schema is not"),
        ('{"schema": "referee-calib/certificate/2"}', "its schema is not"),
        ('{"schema": "referee-calib/certificate/1"}', "changed after it was written"),
        ('{"schema": "referee-calib/certificate/1", "a": NaN}', "a number that JSON does not know"),
    ],
)
def test_what_is_no_whole_certificate_is_refused(tmp_path, text, said) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(InputError, match=said):
        from_certificate(tmp_path / "c.json")
    with pytest.raises(InputError, match="No such file"):
        from_certificate(tmp_path / "none.json")


def test_a_certificate_edited_by_hand_is_refused(certificate, tmp_path) -> None:
    (tmp_path / "c.json").write_text(certificate.read_text().replace('"penalty_weight": 0.5', '"penalty_weight": 0.1'))
    with pytest.raises(InputError, match="its sha256 does not fit"):
        from_certificate(tmp_path / "c.json")


def test_an_unknown_policy_and_a_foreign_part_are_refused(certificate, tmp_path) -> None:
    with pytest.raises(InputError, match="on_difference='ignore'"):
        from_certificate(certificate, on_difference="ignore")
    found = json.loads(certificate.read_text())["reward"]
    found["settings"]["penalty"] = {"kind": "mine.Strict"}
    path = changed(certificate, tmp_path / "c.json", reward=found)
    with pytest.raises(InputError, match=r"Pass it: from_certificate\(path, penalty="):
        from_certificate(path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"thresholds.loss": 0.5}, "threshold loss: the certificate states 0.5, its check was held to 0.1"),
        ({"low": -0.3}, r"verdict: loss is stated to pass, its interval \[-0.3, .*\] does not"),
    ],
)
def test_a_threshold_or_an_interval_that_its_check_contradicts_is_refused(certificate, tmp_path, changes, said) -> None:
    found = json.loads(certificate.read_text())
    at = next(i for i, check in enumerate(found["verdict"]["checks"]) if check["threshold"] == "loss")
    assert found["verdict"]["checks"][at]["state"] == "pass"
    for name, value in changes.items():
        put(found, f"verdict.{name}" if "." in name else f"verdict.checks.{at}.{name}", value)
    with pytest.raises(InputError, match=said):
        from_certificate(changed(certificate, tmp_path / "c.json", **found))
