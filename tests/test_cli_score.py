"""``referee-calib score``: kept as it comes, one process at a time, nothing scored twice."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers_study import python
from helpers_video import render

from referee_calib.cli.main import main
from referee_calib.errors import StudyError
from referee_calib.io import json_lines
from referee_calib.records import Claim
from referee_calib.referee import Referee, Reply, ScriptedBackend
from referee_calib.study import ScoringSelection, Study, referee_scoring

VIDEOS = [f"v{k}.mp4" for k in range(5)]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render(tmp_path_factory.mktemp("clip") / "clip.mp4", 6)


@pytest.fixture
def study(tmp_path: Path, clip: Path) -> Study:
    """Five videos with two claims each, judged on relevance and localization: 20 scores."""
    made = Study.create(tmp_path / "study")
    for video in VIDEOS:
        (made.media / video).symlink_to(made.media / "clip.mp4")
    (made.media / "clip.mp4").write_bytes(clip.read_bytes())
    box = (0.1, 0.1, 0.2, 0.3, 0.4)
    made.add_claims(
        [Claim(video=v, question="Where?", object="red ball", boxes=(box,), index=k) for k in range(2) for v in VIDEOS]
    )
    return made


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def all_keys(study: Study) -> set[tuple[str, str]]:
    return {(one.id, name) for one in study.claims() for name in one.dimensions}


# A referee that takes its time and writes down every question it is asked.
SLOW = """
import os, signal, sys, time
import referee_calib.referee
from referee_calib.cli.main import main
from referee_calib.referee import Referee, Reply

log, seconds = os.open(sys.argv[1], os.O_CREAT | os.O_APPEND | os.O_WRONLY), float(sys.argv[2])

class Slow:
    reads_words = cacheable = deterministic = False
    def settings(self): return {"backend": "slow"}
    def describe(self): return self.settings()
    def answer(self, question):
        os.write(log, f"{question.claim.video} {question.claim.id} {question.dimension}\\n".encode())
        time.sleep(seconds)
        return Reply(text="Level: 3")

referee_calib.referee.make_referee = lambda spec, rubric, **more: Referee("slow", Slow(), rubric)
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["score", sys.argv[3], "--json"])
"""


def asked(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize(("how", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_run_that_was_stopped_goes_on_and_scores_nothing_twice(study, tmp_path, how, code) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    process = python(SLOW, first, 0.25, study.folder, wait=False)  # slower than scores are kept
    while len(asked(first)) < 7 and process.poll() is None:  # in the second video: four questions a video
        time.sleep(0.005)
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert process.returncode == code
    if how is signal.SIGINT:
        assert said.strip() == "Interrupted: what is done is kept; type the same command to go on."
    stored = {(one.claim, one.dimension) for one in study.scores()}
    # The last question had no answer yet, and a kill may have met the answer before it on its way to the disk.
    assert len(asked(first)) - 2 <= len(stored) <= len(asked(first)) < 20

    process = python(SLOW, second, 0, study.folder)
    out, said = process.communicate()
    assert (process.returncode, said) == (0, "")
    claims = Counter(claim for claim, _ in stored)
    assert json.loads(out)["claims"] == 10 - sum(n == 2 for n in claims.values())  # two dimensions a claim
    again = {tuple(line.split()[1:]) for line in asked(second)}
    assert again == all_keys(study) - stored
    assert len(asked(second)) == len(again)
    assert len(study.scores()) == 20
    assert {(one.claim, one.dimension) for one in study.scores()} == all_keys(study)


def test_two_scorings_of_one_study_cannot_run_at_once(study: Study) -> None:
    with study.scoring_lock():
        result = run("score", study.folder)
        assert result.exit_code == 2
        assert "is already running in another process" in result.stderr
        assert len(result.stderr.splitlines()) == 1
        with pytest.raises(StudyError, match="already running"), Study.open(study.folder).scoring_lock():
            pass
    assert study.scores() == []
    assert run("score", study.folder).exit_code == 0  # the lock went with its holder


def test_the_lock_of_a_killed_run_holds_nobody_up(study: Study, tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = python(SLOW, log, 30, study.folder, wait=False)
    while not asked(log) and process.poll() is None:
        time.sleep(0.005)
    assert run("score", study.folder).exit_code == 2
    process.kill()
    process.communicate()
    assert run("score", study.folder).exit_code == 0


def test_the_pixels_referee_scores_a_study_and_says_what_came_of_it(study: Study) -> None:
    data = json.loads(run("score", study.folder, "--limit", 3, "--json").stdout)
    assert (data["claims"], data["left"]) == (3, 7)
    result = run("score", study.folder)
    assert result.exit_code == 0
    assert "judged 7 claims; stored now: " in result.stdout
    assert "left" not in result.stdout
    assert result.stderr == ""  # no progress bar where there is no terminal
    assert sum(json.loads(run("score", study.folder, "--json").stdout)["statuses"].values()) == 20
    ((fingerprint, about),) = study.referees().items()
    assert about["name"] == "pixels"
    assert {one.referee for one in study.scores()} == {fingerprint}


def test_only_the_drawn_claims_can_be_scored(study: Study) -> None:
    chosen = [one.id for one in study.claims()[3:6]]
    study.select(chosen)
    data = json.loads(run("score", study.folder, "--sampled", "--json").stdout)
    assert (data["claims"], data["left"]) == (3, 0)
    assert {one.claim for one in study.scores()} == set(chosen)


def test_repeats_are_stored_beside_each_other(study: Study) -> None:
    for samples in (1, 2):  # the first repeat is there already when the second is asked for
        assert json.loads(run("score", study.folder, "--samples", samples, "--json").stdout)["claims"] == 10
    assert Counter(one.sample for one in study.scores()) == {0: 20, 1: 20}


def test_failures_are_asked_again_only_when_told_to(study: Study) -> None:
    claims = study.claims()
    failing = Reply(status="error", reason="the line was cut")
    first = Referee("scripted", ScriptedBackend(stored=dict.fromkeys(questions(claims), failing)))
    assert referee_scoring.run(study, first, ScoringSelection()).statuses == {"error": 20}
    assert referee_scoring.run(study, first, ScoringSelection()).claims == 0
    again = ScoringSelection(retry_failed=True)
    assert {ask.claim.id for ask in referee_scoring.asks(study, first.fingerprint, again)} == {one.id for one in claims}

    class Mended:
        """The same referee by fingerprint, with the line repaired."""

        reads_words = True
        cacheable = deterministic = False
        settings = first.backend.settings
        describe = first.backend.describe

        def answer(self, question: object) -> Reply:
            return Reply(text="Level: 2")

    mended = Referee("scripted", Mended())
    assert mended.fingerprint == first.fingerprint
    assert referee_scoring.run(study, mended, again).statuses == {"ok": 20}
    assert referee_scoring.run(study, mended, again).claims == 0


def questions(claims: list[Claim]) -> list[tuple[str, str, int]]:
    return [(one.id, name, 0) for one in claims for name in one.dimensions]


def test_a_replay_file_scores_from_the_command_line(study: Study, tmp_path: Path) -> None:
    rows = [{"claim": c, "dimension": d, "sample": s, "text": "Level: 1"} for c, d, s in questions(study.claims())[:-1]]
    json_lines.write(tmp_path / "replies.jsonl", rows)
    data = json.loads(
        run("score", study.folder, "--referee", f"scripted:{tmp_path / 'replies.jsonl'}", "--json").stdout
    )
    assert data["statuses"] == {"error": 1, "ok": 19}
    assert {one.level for one in study.scores()} == {1, None}


def test_a_vanished_video_is_a_failed_score_with_its_reason(study: Study) -> None:
    (study.media / "v2.mp4").unlink()
    data = json.loads(run("score", study.folder, "--json").stdout)
    assert data["statuses"]["error"] == 4
    assert {one.reason for one in study.scores() if one.status == "error"} != {""}


def test_a_study_that_takes_no_more_scores_ends_the_run_with_the_reason(study: Study, monkeypatch) -> None:
    def full(self, scores):
        raise StudyError("database cannot be used", "the disk is full")

    monkeypatch.setattr(Study, "add_scores", full)
    result = run("score", study.folder)
    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["referee-calib: database cannot be used: the disk is full"]
