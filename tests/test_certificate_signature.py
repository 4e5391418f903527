"""Certificates against who edits and rehashes them: signatures, files, versions, stale recalibrators, thresholds."""

from __future__ import annotations

import json
import shutil
import subprocess
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from helpers_verdict import make_study, run

from referee_calib.certification import certify
from referee_calib.errors import InputError
from referee_calib.referee import load_referee
from referee_calib.reward import SemanticEvidenceReward
from referee_calib.reward.authenticity import certified_program
from referee_calib.reward.certificate import certificate_digest
from referee_calib.rubric import load
from referee_calib.threshold_record import compare_thresholds

pytestmark = pytest.mark.thorough

from_certificate = SemanticEvidenceReward.from_certificate


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> Path:
    """Two keys, and a file that allows the first."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("mine", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name, "-C", name], check=True)
    (folder / "allowed").write_text(f"lab@example.org {(folder / 'mine.pub').read_text()}")
    return folder


@pytest.fixture(scope="module")
def studied(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("signed") / "study"
    make_study(folder).close()
    return folder


@pytest.fixture(scope="module")
def signed(studied, keys) -> Path:
    path = studied.parent / "c.json"
    done = run("certify", studied, "-q", "--out", path, "--sign", keys / "mine")
    assert done.exit_code == 0, done.stderr
    assert f"Signed: {path}.sig" in done.stdout
    return path


def copied(signed: Path, to: Path) -> Path:
    shutil.copy(f"{signed}.sig", f"{to}.sig")
    return Path(shutil.copy(signed, to))


def rehashed(path: Path, change) -> Path:
    """Edit a certificate and make its sha256 fit, as anybody can."""
    found = json.loads(path.read_text())
    change(found)
    path.write_text(json.dumps(found | {"sha256": certificate_digest(found)}))
    return path


def said(path: Path, **given) -> list[str]:
    """Load, and return what is warned of, without what this study was never put to."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from_certificate(path, **given)
    texts = [str(one.message).partition(".json: ")[2] for one in caught]
    return [text for text in texts if "Nobody has" not in text and "is not held against anything" not in text]


def test_a_signed_certificate_loads_without_a_word_for_who_knows_the_signer(signed, keys) -> None:
    assert said(signed, signers=keys / "allowed") == []
    assert said(signed, signers=keys / "mine.pub") == []
    assert said(signed) == ["it is signed, and nobody checked by whom: pass signers="]


def test_an_unsigned_one_is_called_so_wherever_it_is_shown(studied, tmp_path, keys) -> None:
    done = run("certify", studied, "-q", "--out", tmp_path / "c.json")
    assert "Unsigned: whoever edits it can make its sha256 fit." in done.stdout
    (warned,) = said(tmp_path / "c.json")
    assert warned.startswith("it is unsigned: whoever edits it")
    with pytest.raises(InputError, match="no signature lies beside it"):
        from_certificate(tmp_path / "c.json", signers=keys / "allowed")
    done = run("certify", studied, "-q", "--json", "--out", tmp_path / "c.json")
    assert json.loads(done.stdout)["signature"] is None


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["verdict"].update(sentence="All thresholds are passed, by far."),
        lambda found: found["versions"].update(numpy="0.0.1"),
        lambda found: found["rubric"]["scales"][0].update(question="Is it of use?"),
    ],
)
def test_what_was_edited_and_rehashed_does_not_carry_the_signature(signed, keys, tmp_path, change) -> None:
    path = rehashed(copied(signed, tmp_path / "c.json"), change)
    with pytest.raises(InputError, match="ssh-keygen does not confirm its signature"):
        from_certificate(path, signers=keys / "allowed", on_difference="warn")


def test_another_key_is_no_signer(signed, keys) -> None:
    with pytest.raises(InputError, match="does not confirm its signature"):
        from_certificate(signed, signers=keys / "other.pub")
    with pytest.raises(InputError, match="there is no such file"):
        from_certificate(signed, signers=keys / "nobody.pub")


def test_a_new_certificate_takes_an_old_signature_away(studied, keys, tmp_path) -> None:
    run("certify", studied, "-q", "--out", tmp_path / "c.json", "--sign", keys / "mine")
    assert run("certify", studied, "-q", "--out", tmp_path / "c.json").exit_code == 0
    assert not (tmp_path / "c.json.sig").exists()


@pytest.mark.parametrize(
    ("key", "why"),
    [("none", "there is no such file"), ("mine.pub", "a public key cannot sign"), ("allowed", "could not sign")],
)
def test_a_key_that_cannot_sign_is_one_line(studied, keys, tmp_path, key, why) -> None:
    done = run("certify", studied, "-q", "--out", tmp_path / "c.json", "--sign", keys / key)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert why in done.stderr


def test_a_missing_tool_is_named(studied, keys, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "mini.key").write_text("untrusted comment: minisign encrypted secret key\nRWR\n")
    done = run("certify", studied, "-q", "--out", tmp_path / "c.json", "--sign", keys / "mine")
    assert "ssh-keygen is not installed" in done.stderr
    done = run("certify", studied, "-q", "--out", tmp_path / "c.json", "--sign", tmp_path / "mini.key")
    assert "minisign is not installed" in done.stderr


def test_another_version_is_said_and_another_file_is_refused(signed, tmp_path, monkeypatch) -> None:
    path = rehashed(copied(signed, tmp_path / "c.json"), lambda found: found["versions"].update(numpy="0.0.1"))
    assert any(one.startswith("numpy is ") and one.endswith("validated with 0.0.1") for one in said(path))
    here = dict(certified_program.file_digests())
    assert {"reward/semantic.py", "reward/penalties.py", "claims/parse.py", "rubric.toml"} <= set(here)
    assert json.loads(signed.read_text())["files"] == here
    monkeypatch.setattr(certified_program, "file_digests", lambda: here | {"reward/penalties.py": "0" * 64})
    with pytest.raises(InputError, match=r"files of referee_calib: reward/penalties\.py not as validated"):
        from_certificate(signed)


def test_a_verdict_better_than_its_checks_is_refused(signed, tmp_path) -> None:
    def change(found) -> None:
        found["verdict"]["checks"][0]["state"] = "fail"

    with pytest.raises(InputError, match='the certificate states "pass", one of its checks is "fail"'):
        from_certificate(rehashed(copied(signed, tmp_path / "c.json"), change))


def reworded():
    """The package's rubric with one word changed in memory, under the version of the others."""
    scale = load().scales[0]
    changed = replace(scale, question=scale.question.replace(scale.question.split()[0], "Whether", 1))
    return replace(load(), scales=(changed, *load().scales[1:]))


def test_words_edited_in_memory_are_neither_certified_nor_loaded(signed, tmp_path) -> None:
    assert (load().intact, reworded().intact) == (True, False)
    pixels = load_referee("pixels", rubric=reworded())
    assert pixels.fingerprint == load_referee("pixels").fingerprint  # which is why it has to be looked at
    with pytest.raises(InputError, match="its words were changed in memory"):
        from_certificate(signed, referee=pixels)
    with make_study(tmp_path / "study") as study:
        study.rubric = reworded()
        with pytest.raises(InputError, match="its words were changed in memory"):
            certify(study)


def test_a_recalibrator_of_other_ratings_is_refused(tmp_path) -> None:
    with make_study(tmp_path / "study") as study:
        assert run("recalibrate", study.folder, "--out", tmp_path / "levels.json").exit_code == 0
        arguments = (
            "certify",
            study.folder,
            "-q",
            "--out",
            tmp_path / "c.json",
            "--recalibrator",
            tmp_path / "levels.json",
        )
        assert run(*arguments).exit_code == 0
        mine = [one for one in study.ratings() if one.rater == "p0"]
        study.add_ratings([replace(one, level=4 - one.level, nonce=f"again {one.nonce}") for one in mine])
    done = run(*arguments, "--despite-verdict")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "it was fitted on other ratings or scores than the study holds now: localization, relevance" in done.stderr


def test_a_referee_of_referees_toml_is_certified(tmp_path) -> None:
    with make_study(tmp_path / "study") as study:
        (study.folder / "referees.toml").write_text('[careful]\nbackend = "pixels"\nframes = "crop"\n')
        named = load_referee("careful", folder=study.folder)
        study.add_referee(named.fingerprint, named.describe())
        study.add_scores([replace(one, referee=named.fingerprint) for one in study.scores()])
        arguments = ("certify", study.folder, "-q", "--referee", named.fingerprint[:8], "--out", tmp_path / "c.json")
        done = run(*arguments)
        assert done.exit_code == 0, done.stderr
        study.add_referee(named.fingerprint, {"name": "careful"})  # as versions before specifications wrote it
        assert run(*arguments).exit_code == 0
    found = json.loads((tmp_path / "c.json").read_text())
    assert found["referee"]["fingerprint"] == named.fingerprint


def test_thresholds_changed_after_init_are_shown_with_the_old_values(tmp_path) -> None:
    study = tmp_path / "study"
    make_study(study).close()
    kept = json.loads((study / "thresholds.json").read_text())
    assert set(kept) == {"time", "sha256", "thresholds"}
    done = run("certify", study, "-q", "--out", tmp_path / "c.json")
    assert (
        f"Thresholds recorded by init on {kept['time']} (sha256 {kept['sha256'][:12]}). None was changed" in done.stdout
    )
    text = (study / "study.toml").read_text()
    (study / "study.toml").write_text(text.replace("leniency = 0.25", "leniency = 0.75"))
    done = run("certify", study, "-q", "--out", tmp_path / "c.json")
    assert "Changed since: leniency 0.25, now 0.75." in done.stdout
    record = json.loads((tmp_path / "c.json").read_text())["threshold_record"]
    assert record["changed"] == [{"threshold": "leniency", "before": 0.25, "now": 0.75}]
    assert (record["time"], record["sha256"]) == (kept["time"], kept["sha256"])
    run("report", study, "--no-rewards", "-q", "--out", tmp_path / "report")
    assert "leniency 0.25, now 0.75" in (tmp_path / "report" / "report.html").read_text()


def test_a_record_that_is_lost_or_edited_tells_nothing(tmp_path) -> None:
    with make_study(tmp_path / "study") as study:
        limits = study.config.thresholds
    path = tmp_path / "study" / "thresholds.json"
    path.write_text(path.read_text().replace("0.25", "0.75"))
    assert "its sha256 does not fit" in compare_thresholds(tmp_path / "study", limits).reason
    path.unlink()
    assert "before thresholds were recorded" in compare_thresholds(tmp_path / "study", limits).reason
