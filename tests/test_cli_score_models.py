"""``referee-calib score`` with a model behind an endpoint: nothing is paid twice, nothing lost, everything said."""

from __future__ import annotations

import io
import json
import logging
import re
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers_openai import is_trial
from helpers_study import python
from helpers_video import render

from referee_calib.analysis.referee_ablation import _apart
from referee_calib.cli.main import main
from referee_calib.cli.referee import score_costs, score_results
from referee_calib.io import json_lines
from referee_calib.records import Claim
from referee_calib.referee import ReplyCache, load_referee, question_prefetch, rebuild_referee
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.study import Study, referee_scoring
from referee_calib.testing.endpoint import Endpoint

BOX = (0.1, 0.1, 0.2, 0.3, 0.4)
REFEREES = """
[plain]
backend = "openai"
model = "fake"
urls = ["{url}"]
[plain.prices]
input = 2.0
output = 8.0
currency = "EUR"

[cropped]
backend = "openai"
model = "fake"
urls = ["{url}"]
frames = "crop"
"""
MAIN = "import sys; from referee_calib.cli.main import main; main(sys.argv[1:])"
INTERRUPTIBLE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n" + MAIN


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return render(tmp_path_factory.mktemp("clip") / "clip.mp4", 6)


@pytest.fixture
def study(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """Two videos with six claims each on relevance and localization: 24 different questions."""
    monkeypatch.setenv("REFEREE_CALIB_CACHE", str(tmp_path / "replies.sqlite"))
    monkeypatch.delenv("REFEREE_CALIB_BASE_URL", raising=False)
    made = Study.create(tmp_path / "study")
    for name in ("a.mp4", "b.mp4"):
        (made.media / name).write_bytes(clip.read_bytes())
    asked = [(name, f"ball {k}") for name in ("a.mp4", "b.mp4") for k in range(6)]
    made.add_claims([Claim(video=v, question=f"Where in {v}?", object=thing, boxes=(BOX,)) for v, thing in asked])
    return made


def run(*arguments: object, **more: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], **more)  # type: ignore[arg-type]


def asked_for(endpoint: Endpoint) -> Counter[str]:
    """How often each question about a claim was paid; what a probe asks is about none."""
    return Counter({key: n for key, n in endpoint.paid.items() if not is_trial(endpoint.bodies[key])})


def wait_for(process: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    """Wait until something has come true, or a process that never brings it about has ended."""
    while not condition() and process.poll() is None:
        time.sleep(0.01)


@pytest.fixture
def priced(study: Study) -> Iterator[Endpoint]:
    """An endpoint behind the referees that the study's file names."""
    with Endpoint() as endpoint:
        (study.folder / "referees.toml").write_text(REFEREES.format(url=endpoint.url))
        yield endpoint


def openai(study: Study, endpoint: Endpoint, *more: object) -> tuple[object, ...]:
    return ("score", study.folder, "--referee", "openai", "--base-url", endpoint.url, "--model", "fake", *more)


def test_a_server_scores_a_study(study: Study) -> None:
    with Endpoint() as endpoint:
        result = run(*openai(study, endpoint, "--json"))
        assert result.exit_code == 0, result.stderr
        data = json.loads(result.stdout)
        assert (data["claims"], data["left"], data["scores"], data["statuses"]) == (12, 0, 24, {"ok": 24})
        assert "(rung exact): 24 questions, 0 of them answered in the cache, 24 to ask" in result.stderr
        assert "at least 1 s" in result.stderr  # by the small question with which the server was tried
        assert len(asked_for(endpoint)) == 24
        again = json.loads(run(*openai(study, endpoint, "--json")).stdout)
        assert (again["claims"], again["scores"]) == (0, 0)
    scores = study.scores()
    assert {one.rung for one in scores} == {"exact"}
    assert all(one.mass is not None and one.distribution is not None for one in scores)
    ((_, about),) = study.referees().items()
    assert about["name"] == "openai:fake"
    assert endpoint.url not in json.dumps(about)  # where a server stands is nobody's business


def test_another_study_of_the_same_claims_pays_nothing(study: Study, tmp_path: Path) -> None:
    other = Study.create(tmp_path / "other")
    other.add_claims(study.claims())
    for name in ("a.mp4", "b.mp4"):
        shutil.copy2(study.media / name, other.media / name)
    with Endpoint() as endpoint:
        run(*openai(study, endpoint))
        result = run(*openai(other, endpoint))
        assert "24 of them answered in the cache, 0 to ask." in result.stderr
        assert set(asked_for(endpoint).values()) == {1}
    plain = [{(s.claim, s.dimension): s.expected for s in one.scores()} for one in (study, other)]
    assert plain[0] == plain[1]


def test_a_killed_run_asks_for_nothing_that_came(study: Study, tmp_path: Path) -> None:
    with Endpoint(latency=0.25) as endpoint:
        command = openai(study, endpoint, "--set", "concurrency=2")
        process = python(MAIN, *command, wait=False)
        wait_for(process, lambda: sum(asked_for(endpoint).values()) >= 6)
        process.kill()
        process.communicate()
        paid = sum(asked_for(endpoint).values())
        with ReplyCache(tmp_path / "replies.sqlite") as cache:
            kept = len(cache)
        assert paid - 2 <= kept <= paid < 24  # what was in flight may be lost: at most two questions
        endpoint.latency = 0.0
        assert run(*command).exit_code == 0
        assert sum(asked_for(endpoint).values()) == 24 + (paid - kept)
    assert Counter(one.status for one in study.scores()) == {"ok": 24}


def test_an_interrupt_waits_for_what_is_paid_and_says_how_to_go_on(study: Study) -> None:
    with Endpoint(latency=0.25) as endpoint:
        command = openai(study, endpoint, "--set", "concurrency=2")
        process = python(INTERRUPTIBLE, *command, wait=False)
        wait_for(process, lambda: sum(asked_for(endpoint).values()) >= 6)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert said.splitlines()[-1] == "Interrupted: what is done is kept; type the same command to go on."
        assert len(study.scores()) == sum(asked_for(endpoint).values()) < 24
        endpoint.latency = 0.0
        assert run(*command).exit_code == 0
        assert set(asked_for(endpoint).values()) == {1}
    assert len(study.scores()) == 24


def test_a_second_interrupt_does_not_wait_for_a_server_that_hangs(study: Study) -> None:
    with Endpoint(faults=["hang,contains=ball 5"]) as endpoint:
        process = python(INTERRUPTIBLE, *openai(study, endpoint), wait=False)
        wait_for(process, lambda: len(asked_for(endpoint)) >= 20)
        process.send_signal(signal.SIGINT)
        wait_for(process, lambda: len(study.scores()) >= 20)  # what came is stored while the rest is waited for
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Interrupted: what is done is kept; type the same command to go on."
    assert "Traceback" not in said
    assert len(study.scores()) == 20


def test_what_came_is_kept_while_the_next_video_is_decoded(study: Study, tmp_path, monkeypatch) -> None:
    kept_before = []
    real = question_prefetch.open_clip

    def slow(path, video, questions, policy, *given):
        until = time.monotonic() + 20
        with ReplyCache(tmp_path / "replies.sqlite") as cache:
            while video == "b.mp4" and len(cache) < 12 and time.monotonic() < until:
                time.sleep(0.01)
            kept_before.append(len(cache))
        return real(path, video, questions, policy, *given)

    monkeypatch.setattr(question_prefetch, "open_clip", slow)
    with Endpoint() as endpoint:
        assert run(*openai(study, endpoint)).exit_code == 0
    assert kept_before == [0, 12]  # 6 claims on 2 dimensions of the first video


def test_failures_are_counted_with_their_reason_and_asked_again_when_told_to(study: Study) -> None:
    with Endpoint(faults=["400-long,contains=ball 3"]) as endpoint:
        first = run(*openai(study, endpoint))
        assert "stored now: 4 error, 20 ok" in first.stdout
        assert "  4 error: " in first.stdout
        assert "type the same command with --retry-failed" in first.stdout
        assert "maximum context length" in first.stdout
        endpoint.script.faults.clear()
        assert "judged 0 claims" in run(*openai(study, endpoint)).stdout
        mended = json.loads(run(*openai(study, endpoint, "--retry-failed", "--json")).stdout)
        assert (mended["scores"], mended["statuses"]) == (4, {"ok": 24})


def test_a_run_in_which_everything_failed_does_not_end_well(study: Study) -> None:
    with Endpoint(faults=["400-long,contains=ball"]) as endpoint:  # every claim is about one
        result = run(*openai(study, endpoint))
        assert result.exit_code == 2
        assert "24 error" in result.stdout
        told = next(line for line in result.stdout.splitlines() if "Nothing got a level" in line)
        words = told.partition("? ")[2].split()
        assert words == [
            "referee-calib", "doctor", str(study.folder), "--referee", "openai",
            "--base-url", endpoint.url, "--model", "fake",
        ]  # fmt: skip
        examined = run(*words[1:], "--scenes", 6)
        assert "Asking openai up to" in examined.stderr  # so as it is printed it can be typed
        assert run(*openai(study, endpoint)).exit_code == 0  # nothing was left to ask, so nothing failed
    with Endpoint() as endpoint:
        assert run(*openai(study, endpoint, "--retry-failed")).exit_code == 0


def test_options_that_do_not_fit_every_compared_referee_say_where_they_belong(study: Study) -> None:
    both = ("--referee", "openai", "--referee", "pixels")
    said = run("score", study.folder, *both, "--base-url", "http://127.0.0.1:9/v1")
    assert said.exit_code == 2
    assert "Options go to every referee that is named: what differs belongs into referees.toml." in said.stderr


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_warning_stands_in_a_line_of_its_own_above_the_bar(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", terminal := _Terminal())
    pixels = load_referee("pixels", rubric=study.rubric)
    with score_results.progress(study, pixels, referee_scoring.ScoringSelection(limit=3), quiet=False) as (advance, _):
        advance(1)
        logging.getLogger("referee_calib").warning("no server for 900 s")
    lines = re.split("[\r\n]+", terminal.getvalue())
    assert "no server for 900 s" in lines
    assert any("/3 [" in line for line in lines)


def test_a_study_without_claims_asks_nobody(tmp_path: Path) -> None:
    with Study.create(tmp_path / "empty", name="empty") as empty, Endpoint() as endpoint:
        said = run(*openai(empty, endpoint))
        assert (said.exit_code, sum(endpoint.paths.values())) == (2, 0)
        assert "it holds no claims. Add some: referee-calib import" in said.stderr


def test_repeats_give_the_retest_noise(study: Study) -> None:
    with Endpoint(nudge=0.5) as endpoint:
        data = json.loads(run(*openai(study, endpoint, "--samples", 3, "--dimension", "relevance", "--json")).stdout)
        assert (data["samples"], data["scores"]) == (3, 36)
        noise = data["retest"]
        assert set(noise) == {"relevance"}
        assert (noise["relevance"]["df"], noise["relevance"]["claims"]) == (24, 12)  # 12 claims x 3 repeats - 12 means
        # with temperature 0 the request of every repeat differs in nothing but its seed
        assert noise["relevance"]["sd"] > 0
        assert study.referees()[data["fingerprint"]]["retest"] == noise
        rest = json.loads(run(*openai(study, endpoint, "--json")).stdout)
        assert rest["scores"] == 12  # localization, once
        assert rest["retest"] == noise
        assert "  Retest noise on relevance: " in run(*openai(study, endpoint)).stdout


@pytest.mark.parametrize("options", [("--limit", 5), ("--limit", 5, "--dimension", "localization")])
def test_only_what_is_wanted_is_asked(study: Study, options: tuple[object, ...]) -> None:
    with Endpoint() as endpoint:
        data = json.loads(run(*openai(study, endpoint, *options, "--json")).stdout)
    assert data["claims"] == 5
    assert data["scores"] == 5 * (1 if "--dimension" in options else 2)
    assert data["left"] == 7


def test_two_referees_of_the_study_are_prepared_for_comparison(study: Study, priced: Endpoint) -> None:
    result = run("score", study.folder, "--referee", "plain", "--referee", "cropped", "--limit", 4)
    assert result.exit_code == 0, result.stderr
    # relevance differs in its pictures, localization sees whole frames under both: 4 x (2 + 1) questions
    assert len(asked_for(priced)) == 12
    command = result.stdout.splitlines()[-1].removeprefix("Compare them: referee-calib ").split()
    same = run("score", study.folder, "--referee", "plain", "--referee", "plain")
    assert same.exit_code == 2
    assert "one and the same" in same.stderr
    assert command[:3] == ["report", str(study.folder), "--compare"]
    prefixes = command[3:]
    assert {one.referee[:8] for one in study.scores()} == set(prefixes)
    known = {about["name"]: about for about in study.referees().values()}
    assert set(known) == {"plain", "cropped"}
    # what sets them apart is what somebody set: no address, no latency, and nothing twice
    assert set(_apart([known["plain"], known["cropped"]])) == {"name", "frames.whole"}


def test_what_is_set_on_the_command_line_goes_before_the_file(study: Study, priced: Endpoint) -> None:
    more = ("--set", "frames.context=0.5", "--set", "decoding.rung=choice", "--set", "revision=123")
    data = json.loads(run("score", study.folder, "--referee", "cropped", *more, "--limit", 1, "--json").stdout)
    about = study.referees()[data["fingerprint"]]
    assert (about["frames"]["context"], about["frames"]["whole"]) == (0.5, False)  # the file's crop, but wider
    assert (about["backend"]["rung"], about["backend"]["revision"]) == ("choice", "123")


def test_prices_become_money_and_nobody_is_asked_where_nobody_sits(study: Study, priced: Endpoint) -> None:
    result = run("score", study.folder, "--referee", "plain", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)["estimate"]
    assert found["currency"] == "EUR"
    # 24 questions, one token of each is the answer
    expected = 24 * ((found["tokens"] - 1) * 2.0 + 1 * 8.0) / 1e6
    assert found["money"] == pytest.approx(expected)
    assert (found["measured"], found["pictures"]) == (False, 1.5)  # one whole frame, and a crop for relevance
    assert " EUR" in result.stderr


@pytest.mark.parametrize(("typed", "calls"), [("n\n", 0), ("y\n", 24)])
def test_on_a_terminal_money_is_spent_only_after_a_yes(study, priced, monkeypatch, typed, calls) -> None:
    monkeypatch.setattr(score_costs, "on_terminal", lambda: True)
    result = run("score", study.folder, "--referee", "plain", input=typed)
    assert result.exit_code == (0 if calls else 1)
    assert "Go on?" in result.output
    assert sum(asked_for(priced).values()) == calls


def test_a_dry_run_writes_what_would_be_sent_and_needs_no_server(study: Study, tmp_path: Path) -> None:
    result = run("score", study.folder, "--referee", "openai", "--model", "fake", "--dry-run", tmp_path / "look")
    assert result.exit_code == 0, result.stderr
    folders = sorted(one.name for one in (tmp_path / "look").iterdir())
    assert folders == [f"{k:02}-{name}" for k, name in enumerate(["relevance", "localization"] * 3, start=1)]
    first = tmp_path / "look" / "01-relevance"
    files = ["picture-1.jpeg", "picture-2.jpeg", "prompt.txt", "request.json"]
    assert sorted(one.name for one in first.iterdir()) == files
    words = (first / "prompt.txt").read_text()
    assert "<<<ball 0>>>" in words
    assert words.index("[picture-1.jpeg]") < words.index("[picture-2.jpeg]")
    request = json.loads((first / "request.json").read_text())
    assert [one["file"] for one in request["pictures"]] == ["picture-1.jpeg", "picture-2.jpeg"]
    assert request["pictures"][0]["bytes"] == (first / "picture-1.jpeg").stat().st_size
    assert study.referees() == {}
    assert study.scores() == []


def test_replies_are_exported_and_replayed_as_they_were(study: Study, tmp_path: Path) -> None:
    path = tmp_path / "replies.jsonl"
    with Endpoint(faults=["400-image,contains=ball 1"]) as endpoint:
        run(*openai(study, endpoint))
    result = run("replies", "export", study.folder, path, "--referee", "openai:fake")
    assert result.exit_code == 0, result.stderr
    assert "Wrote 24 replies" in result.stdout
    rows = [row for _, row in json_lines.read(path)]
    assert {"claim", "dimension", "sample", "text", "distribution", "rung", "seconds", "tokens"} <= set(rows[0])
    before = {(s.claim, s.dimension): (s.status, s.level, s.expected, s.mass) for s in study.scores()}
    replayed = {
        (s.claim, s.dimension): (s.status, s.level, s.expected, s.mass)
        for s in load_referee(f"scripted:{path}").score(study.claims(), study.media)
    }
    assert replayed == before
    assert Counter(status for status, *_ in before.values()) == {"ok": 20, "error": 4}


STRICT = """
[strict]
backend = "openai"
model = "fake"
urls = ["{url}"]
min_mass = {mass!r}
"""


@pytest.mark.parametrize("cache", ["with", "without"])
def test_stored_replies_are_read_again_without_a_call(study: Study, cache: str) -> None:
    with Endpoint() as endpoint:
        first = json.loads(run(*openai(study, endpoint, "--json")).stdout)
        known = study.referees()[first["fingerprint"]]
        # as if an earlier version had demanded a mass that not all replies have
        masses = sorted(one.mass for one in study.scores() if one.mass is not None)
        strict = rebuild_referee(known, rubric=study.rubric, offline=True)
        (study.folder / "referees.toml").write_text(STRICT.format(url=endpoint.url, mass=masses[12]))
        earlier = json.loads(run("score", study.folder, "--referee", "strict", "--json").stdout)
        assert earlier["fingerprint"] != first["fingerprint"] == strict.fingerprint
        assert earlier["statuses"] == {"ok": 12, "unparsed": 12}
        calls = endpoint.number
    (study.folder / "referees.toml").unlink()
    more = () if cache == "with" else ("--cache", "none")
    unchanged = run("replies", "reparse", study.folder, "--referee", "strict", *more)
    assert unchanged.exit_code == 2  # without another parser there is nothing to do
    (study.folder / "referees.toml").write_text(STRICT.format(url="http://127.0.0.1:9/v1", mass=0.5))
    data = json.loads(run("replies", "reparse", study.folder, "--referee", "strict", *more, "--json").stdout)
    assert endpoint.number == calls
    assert (data["before"], data["after"], data["read"]) == (earlier["fingerprint"], first["fingerprint"], 24)
    # the probabilities of a failed score are only in the cache
    assert data["changed"] == ({"unparsed -> ok": 12} if cache == "with" else {})


def test_reading_again_with_the_same_parser_is_refused(study: Study) -> None:
    with Endpoint() as endpoint:
        run(*openai(study, endpoint, "--limit", 2))
    result = run("replies", "reparse", study.folder, "--referee", "openai")
    assert result.exit_code == 2
    assert "this very parser" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--referee", "openai", "--model", "m"), "no server address is known"),
        (("--referee", "openai", "--base-url", "http://127.0.0.1:9/v1"), "it needs a model"),
        (("--referee", "openai", "--model", "m", "--base-url", "localhost:8000"), "no http address"),
        (("--referee", "opnai", "--model", "m"), "Do you mean openai?"),
        (("--referee", "magic"), "there is no referee of that name"),
        (("--referee", "scripted:none.jsonl"), "No such file"),
        (("--set", "prompt=level-9"), "level-9"),
        (("--set", "prompt"), "it is no KEY=VALUE"),
        (("--referee", "openai", "--set", "promt=level-1"), "Do you mean prompt?"),
        (("--referee", "openai", "--model", "m", "--set", "concurrency=many"), "it must be int"),
        (("--ray", "worker=2"), "Do you mean workers?"),
        (("--ray", "workers=2", "--dry-run", "x"), "--dry-run is not for --ray"),
        (("--referee", "openai", "--model", "m", "--base-url", "http://127.0.0.1:9/v1", "--cache", "/"), ""),
        (("pixels",), "unexpected extra argument"),
    ],
)
def test_what_must_be_mended_first_is_said_in_one_line(study: Study, arguments: tuple[str, ...], said: str) -> None:
    result = run("score", study.folder, *arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert study.scores() == []


@pytest.mark.parametrize("arguments", [("export", "S", "x.jsonl"), ("reparse", "S")])
def test_the_replies_of_an_unknown_referee_are_refused(study: Study, arguments: tuple[str, ...]) -> None:
    words = [study.folder if word == "S" else word for word in arguments]
    result = run("replies", *words, "--referee", "nobody")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "no such referee" in result.stderr


def test_a_cache_that_cannot_be_made_is_refused_before_anything_is_paid(study: Study, tmp_path: Path) -> None:
    with Endpoint() as endpoint:
        result = run(*openai(study, endpoint, "--cache", tmp_path))
        assert result.exit_code == 2
        assert "--cache FILE, or none" in result.stderr
        assert not asked_for(endpoint)
        assert run(*openai(study, endpoint, "--cache", "none")).exit_code == 0
    assert not (tmp_path / "replies.sqlite").exists()


def test_scoring_reports_each_claim_once_and_each_score(study: Study, priced: Endpoint) -> None:
    steps, seen = [], []
    referee = load_referee("plain", rubric=study.rubric, folder=study.folder)
    done = referee_scoring.run(
        study, referee, referee_scoring.ScoringSelection((0, 1)), progress=steps.append, watch=seen.append
    )
    assert steps == [1] * 12
    assert done.scores == len(seen) == 48


def test_a_run_lets_go_of_what_its_referee_holds(study: Study, monkeypatch) -> None:
    closed = []
    monkeypatch.setattr(OpenAIBackend, "close", lambda self: closed.append(self.model))
    with Endpoint() as endpoint:
        assert run(*openai(study, endpoint, "--limit", 1)).exit_code == 0
        assert closed == ["fake"]
        assert run(*openai(study, endpoint, "--cache", study.folder)).exit_code == 2
