"""``referee-calib card``: one page about a certified judge, from the certificate alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers_verdict import make_study, run

from referee_calib.reward.certificate import certificate_digest


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("certified")
    make_study(folder / "study", simulated=True)
    assert run("certify", folder / "study", "-q", "--out", folder / "c.json").exit_code == 0
    return folder / "c.json"


def rewritten(certificate: Path, to: Path, **values: object) -> Path:
    found = {key: value for key, value in (json.loads(certificate.read_text()) | values).items() if value is not None}
    to.write_text(json.dumps(found | {"sha256": certificate_digest(found)}))
    return to


def test_a_card_says_who_was_examined_on_what_and_what_came_out(certificate) -> None:
    card = json.loads(run("card", certificate, "--json").stdout)
    found = json.loads(certificate.read_text())
    assert card["judge"]["fingerprint"] == found["referee"]["fingerprint"]
    assert card["judge"]["backend"] == "pixels"
    assert card["verdict"]["checks"] == found["verdict"]["checks"]
    on = card["examined_on"]
    # 60 videos of 2 claims, rated by 4 on 2 dimensions: 120 · 4 · 2 = 960
    assert [on[key] for key in ("videos", "claims", "raters", "ratings")] == [60, 120, 4, 960]
    text = run("card", certificate).stdout
    leniency = next(one for one in found["verdict"]["checks"] if one["threshold"] == "leniency")
    assert f"{abs(leniency['value']):.2f}" in next(line for line in text.splitlines() if "Leniency" in line)
    for said in (
        "SIMULATED RATINGS: 960 of 960",
        "it is unsigned",
        "Failure rate",
        "**Not examined.**",
        'SemanticEvidenceReward.from_certificate("c.json"',
        "That the people are right.",
    ):
        assert said in text


def test_a_card_is_markdown_html_or_json_by_its_name(certificate, tmp_path) -> None:
    for name, begin in (("c.md", "# Judge card: pixels"), ("c.html", "<!doctype html>"), ("c.json", "{")):
        assert run("card", certificate, "--out", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_text().lower().startswith(begin.lower())
    refused = run("card", certificate, "--out", tmp_path / "c.pdf")
    assert refused.exit_code == 2
    assert f"Type: --out {tmp_path / 'c.pdf'}.md" in refused.stderr


def test_a_model_without_a_revision_is_said_to_have_none(certificate, tmp_path) -> None:
    found = json.loads(certificate.read_text())
    referee = found["referee"] | {"settings": {"rubric": found["rubric"]["version"], "backend": {"model": "a*b"}}}
    text = run("card", rewritten(certificate, tmp_path / "m.json", referee=referee)).stdout
    assert "- **model.** a\\*b" in text
    assert "- **revision.** not stated" in text


def test_an_older_certificate_says_what_it_lacks(certificate, tmp_path) -> None:
    text = run("card", rewritten(certificate, tmp_path / "old.json", counts=None, limits=None)).stdout
    assert "- **not stated.** videos, raters" in text
    assert "That the people are right." in text
    verdict = json.loads(certificate.read_text())["verdict"]
    renamed = [check | {"threshold": "earlier_name"} for check in verdict["checks"] if check["threshold"] == "videos"]
    older = rewritten(certificate, tmp_path / "renamed.json", verdict=verdict | {"checks": renamed, "basis": ""})
    text = run("card", older).stdout
    assert all(check["sentence"].split(":")[1] in text for check in renamed)


@pytest.mark.parametrize("kind", ["missing", "edited", "contradicting"])
def test_what_is_no_sound_certificate_has_no_card(certificate, tmp_path, kind) -> None:
    path = tmp_path / "c.json"
    found = json.loads(certificate.read_text())
    if kind == "edited":
        path.write_text(json.dumps(found | {"study": "another"}))
    elif kind == "contradicting":
        reward = found["reward"] | {"fingerprint": "0" * 16}
        rewritten(certificate, path, reward=reward)
    done = run("card", path)
    assert done.exit_code == 2
    assert {"missing": "c.json", "edited": "sha256 does not fit", "contradicting": "contradicts itself"}[
        kind
    ] in done.stderr
    assert done.stdout == ""
