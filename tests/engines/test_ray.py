"""Scoring in Ray actors: the same scores as without it, nothing asked twice, every broken row named."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import ray
from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.distributed import score_files
from referee_calib.distributed.ray_engine import RayCluster, ScoringJob, run
from referee_calib.errors import InputError, StudyError
from referee_calib.records import Claim, RefereeScore
from referee_calib.referee import load_referee
from referee_calib.referee.backends.openai.probe.trial_questions import HEAD
from referee_calib.referee.referee_spec import RefereeSpec
from referee_calib.referee.registry import load_spec, make_referee
from referee_calib.study import Study
from referee_calib.testing.endpoint import Endpoint

STUDY = Path(__file__).parents[2] / "data" / "sample_study"
TWO = RayCluster(workers=2, batch=7)


@pytest.fixture(scope="module", autouse=True)
def _two_workers() -> Iterator[None]:
    """Start one local Ray for all tests of this file: starting takes longer than any of them."""
    ray.init(num_cpus=3, include_dashboard=False, logging_level="ERROR", log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture(scope="module")
def claims(tmp_path_factory: pytest.TempPathFactory) -> list[Claim]:
    from referee_calib.claims import claims_of, read_rollouts

    return [claim for one in read_rollouts(STUDY / "rollouts.jsonl") for claim in claims_of(one).claims][:41]


@pytest.fixture
def job(tmp_path: Path, claims: list[Claim]) -> ScoringJob:
    source = tmp_path / "claims.jsonl"
    source.write_text("".join(json.dumps(one.to_json()) + "\n" for one in claims))
    return ScoringJob(claims=source, media=STUDY / "media", out=tmp_path / "scores", spec=load_spec("pixels"))


def plain(scores: list[RefereeScore]) -> set[RefereeScore]:
    return {replace(one, seconds=None) for one in scores}


def n_asked(claims: list[Claim]) -> int:
    return sum(len(one.dimensions) for one in claims)


def test_two_actors_give_the_scores_of_one_process_and_a_second_run_asks_only_what_is_missing(
    job: ScoringJob, claims: list[Claim]
) -> None:
    first = run(job, TWO)
    assert plain(list(score_files.scores(job.out))) == plain(list(load_referee("pixels").score(claims, job.media)))
    assert (first.claims, first.known, sum(first.statuses.values())) == (41, 0, n_asked(claims))
    assert first.fingerprint == load_referee("pixels").fingerprint
    lost = score_files.files(job.out)[0]
    gone = pq.read_table(lost, partitioning=None).num_rows
    lost.unlink()
    second = run(job, TWO)
    assert (second.known, sum(second.statuses.values())) == (n_asked(claims) - gone, gone)
    assert len(list(score_files.scores(job.out))) == sum(first.statuses.values())


def test_claims_from_parquet_are_scored_as_they_are_without_ray(
    job: ScoringJob, claims: list[Claim], tmp_path: Path
) -> None:
    pq.write_table(pa.Table.from_pylist([one.to_json() for one in claims]), tmp_path / "claims.parquet")
    run(replace(job, claims=tmp_path / "claims.parquet"), TWO)
    assert plain(list(score_files.scores(job.out))) == plain(list(load_referee("pixels").score(claims, job.media)))


def openai(url: str) -> RefereeSpec:
    return RefereeSpec(name="fake", backend="openai", model="fake", urls=(url,), options={"concurrency": 4})


def test_actors_ask_a_server_once_for_each_question_and_repeat(job: ScoringJob, claims: list[Claim]) -> None:
    with Endpoint(models=["fake"]) as endpoint:
        spec = openai(endpoint.url)
        job = replace(job, spec=spec, samples=2, cache="none")
        total = run(job, TWO)
        paid = sum(endpoint.paid.values())
        assert total.statuses == {"ok": 2 * n_asked(claims)}
        run(job, TWO)  # two probes later, nothing more was asked
        direct = make_referee(replace(spec, decoding=spec.decoding), cache=None)
        one = {s.claim: s.expected for s in direct.score(claims[:3], job.media, dimensions=["relevance"])}
    assert paid >= 2 * n_asked(claims)
    there = {s.claim: s.expected for s in score_files.scores(job.out) if s.dimension == "relevance" and s.sample == 0}
    assert {claim: there[claim] for claim in one} == one


def test_broken_rows_are_named_before_anything_is_asked(job: ScoringJob, tmp_path: Path) -> None:
    with job.claims.open("a") as lines:
        lines.write('{"video": "a.mp4", "question": "?", "boxes": [[0, 0.5, 0, 0.1, 1]]}\nnonsense\n')
    with pytest.raises(InputError, match=r"2 rows that are no claims.*reversed.*nonsense"):
        run(job, TWO)
    assert score_files.files(job.out) == []


def test_what_stops_an_actor_is_told_in_one_line(job: ScoringJob, tmp_path: Path) -> None:
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / f"{load_referee('pixels').fingerprint}-broken.parquet").write_text("not parquet")
    with pytest.raises(InputError, match=r"an actor stopped: scores .*broken.parquet: it is no file of scores"):
        run(job, TWO)


def invoke(*arguments: Any) -> None:
    result = CliRunner().invoke(main, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output


def test_a_study_scored_by_ray_stores_what_a_plain_run_stores(tmp_path: Path) -> None:
    for name in ("plain", "spread"):
        invoke("init", tmp_path / name, "--name", name)
        invoke("import", tmp_path / name, STUDY / "rollouts.jsonl", "--media", STUDY / "media")
    invoke("score", tmp_path / "plain", "--limit", 20)
    invoke("score", tmp_path / "spread", "--ray", "workers=2", "--limit", 20)
    with Study.open(tmp_path / "plain") as plain_study, Study.open(tmp_path / "spread") as spread_study:
        assert plain(spread_study.scores()) == plain(plain_study.scores())


def is_trial(body: Any) -> bool:
    """Whether a request is one of the probe's trial questions, or a part of one."""
    return HEAD in json.dumps(body)


def test_what_a_study_holds_is_not_paid_for_again_by_ray(tmp_path: Path) -> None:
    invoke("init", tmp_path / "study", "--name", "study")
    invoke("import", tmp_path / "study", STUDY / "rollouts.jsonl", "--media", STUDY / "media")
    with Endpoint(models=["fake"], nudge=0.3) as endpoint:  # asked twice, it answers twice
        asking = ["--referee", "openai", "--base-url", endpoint.url, "--model", "fake", "--cache", "none"]
        invoke("score", tmp_path / "study", *asking, "--dimension", "relevance", "--limit", 6)
        with Study.open(tmp_path / "study") as study:
            first = {one.claim: one.expected for one in study.scores()}
        for _ in range(2):
            invoke("score", tmp_path / "study", "--ray", "workers=2", *asking, "--limit", 6)
        asked = {key for key, body in endpoint.bodies.items() if "image_url" in json.dumps(body) and not is_trial(body)}
        paid = sum(n for key, n in endpoint.paid.items() if key in asked)
    with Study.open(tmp_path / "study") as study:
        scores = study.scores()
    assert len(first) == 6
    assert {one.claim: one.expected for one in scores if one.dimension == "relevance"}.items() >= first.items()
    assert paid == len(scores) > 12
    assert {one.status for one in scores} == {"ok"}


def test_what_a_killed_ray_run_paid_for_is_stored_by_the_next_run_without_ray(tmp_path: Path) -> None:
    invoke("init", tmp_path / "study", "--name", "study")
    invoke("import", tmp_path / "study", STUDY / "rollouts.jsonl", "--media", STUDY / "media")
    with Study.open(tmp_path / "study") as study:
        some = study.claims()[:5]
        paid = list(load_referee("pixels").score(some, study.media, dimensions=["relevance"]))
    (tmp_path / "study" / "ray" / "scores").mkdir(parents=True)
    score_files.write([replace(one, seconds=1234.5) for one in paid], tmp_path / "study" / "ray" / "scores")
    invoke("score", tmp_path / "study", "--dimension", "relevance", "--limit", 1)
    with Study.open(tmp_path / "study") as study:
        taken = {one.claim for one in study.scores() if one.seconds == 1234.5}
    assert taken == {one.claim for one in paid}
    assert len(taken) > 1


def test_failures_are_told_with_their_reason_after_an_estimate(tmp_path: Path) -> None:
    invoke("init", tmp_path / "study", "--name", "study")
    invoke("import", tmp_path / "study", STUDY / "rollouts.jsonl", "--media", STUDY / "media")
    with Endpoint(models=["fake"], faults=["400-long,contains=claim"]) as endpoint:
        asking = ["--referee", "openai", "--base-url", endpoint.url, "--model", "fake", "--cache", "none"]
        words = ["score", tmp_path / "study", "--ray", "workers=1", *asking, "--limit", 2]
        result = CliRunner().invoke(main, [str(one) for one in words])
    assert result.exit_code == 2  # nothing got a level
    assert re.search(r"\d+ error: HTTP 400: This model's maximum context length", result.output)
    assert "type the same command with --retry-failed" in result.output
    assert re.search(r"\d+ questions, 0 of them answered in the cache", result.output)


def test_a_folder_that_cannot_be_made_is_said_in_one_line(job: ScoringJob) -> None:
    with pytest.raises(StudyError, match="cannot be written"):
        run(replace(job, out=Path("/proc/scores")), TWO)


def test_the_commands_of_the_page_on_referees_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (STUDY.parents[1] / "docs" / "how_to" / "referees.md").read_text(encoding="utf-8")
    block = re.findall(r"```shell\n(.*?)```", page, re.DOTALL)[0].replace("\\\n", " ")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFEREE_CALIB_CACHE", str(tmp_path / "replies.sqlite"))
    (tmp_path / "videos").symlink_to(STUDY / "media")
    rows = [json.loads(line) for line in (STUDY / "rollouts.jsonl").read_text().splitlines()[:4]]
    (tmp_path / "rollouts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    invoke("init", "mystudy")
    invoke("import", "mystudy", "rollouts.jsonl", "--media", "videos")
    with Endpoint(models=["Qwen/Qwen3-VL-8B-Instruct"]) as endpoint:
        for line in block.splitlines():
            words = shlex.split(line.replace("http://localhost:8000/v1", endpoint.url))
            assert words[0] == "referee-calib"
            invoke(*words[1:])
    with Study.open(tmp_path / "mystudy") as study:
        expected = {(one.id, name) for one in study.claims() for name in one.dimensions}
    assert {(one.claim, one.dimension) for one in score_files.scores(tmp_path / "scores")} == expected


def test_the_example_cluster_file_is_one_that_ray_accepts() -> None:
    import yaml
    from ray.autoscaler._private.util import prepare_config, validate_config

    config = yaml.safe_load((STUDY.parents[1] / "docs" / "how_to" / "ray-cluster.yaml").read_text())
    validate_config(prepare_config(config))
    assert config["provider"]["worker_ips"]
