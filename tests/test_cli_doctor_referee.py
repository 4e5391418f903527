"""``doctor --referee`` says in words, and by its exit code, whether a referee can be used."""

import json

import pytest
from click.testing import CliRunner

from referee_calib.cli.main import main
from referee_calib.io import json_lines
from referee_calib.referee import load_referee
from referee_calib.referee_health.known_questions import known_questions
from referee_calib.study import Study
from referee_calib.testing.endpoint import Endpoint


def run(*arguments):
    return CliRunner().invoke(main, [str(one) for one in ("doctor", *arguments)])


def examined(endpoint):
    """What doctor tells, as JSON, of the model behind an endpoint."""
    given = ["--referee", "openai", "--base-url", endpoint.url, "--model", "fake", "--dimension", "localization"]
    found = json.loads(run(*given, "--scenes", 6, "--json", "-q").stdout)
    return found, {one["key"]: one for one in found["checks"]}


@pytest.fixture(scope="module")
def endpoint():
    with Endpoint() as served:
        yield served


def test_the_embedded_referee_can_be_used_and_exit_code_0_says_so():
    result = run("--referee", "pixels", "--scenes", 6, "--dimension", "localization", "-q")
    assert result.exit_code == 0, result.output
    assert "Referee pixels can be used for localization." in result.stdout
    assert "Passing them says that a referee is plugged in right" in result.stdout


def test_a_model_that_answers_by_chance_cannot_be_used_and_exit_code_1_says_so(endpoint):
    result = run("--referee", "openai", "--base-url", endpoint.url, "--model", "fake", "--scenes", 6, "-q")
    assert result.exit_code == 1, result.output
    assert "Referee openai:fake cannot be used" in result.stdout
    assert "\n! localization: blank" in result.stdout
    assert "→ It does not look at the pictures, or does not get them" in result.stdout


def test_json_holds_capabilities_rung_mass_latency_and_agreement(endpoint):
    found, checks = examined(endpoint)
    assert checks["endpoint"]["figures"]["tokens"]["3"] == ord("3")  # the fake tokenizer: one token per character
    assert checks["rung"]["figures"]["rung"] == "exact"
    assert 0.9 <= checks["mass"]["figures"]["mean"] <= 1.0  # the fake model gives its answers 0.9 to 0.999
    assert checks["alone and together"]["figures"]["most"] == 0.0
    assert checks["repeats"]["figures"]["most"] == 0.0
    assert 0 < checks["speed"]["figures"]["p50"] <= checks["speed"]["figures"]["p95"]
    # 6 alone, 24 probes, 6 again, 12 in the other order, 10 injections
    assert found["questions"] == 6 + 24 + 6 + 12 + 10
    assert (found["reached"], found["usable"], found["usable_for"]) == (True, False, [])


def test_a_weaker_server_is_examined_on_the_rung_it_has():
    with Endpoint(supports=("logprobs",)) as served:
        _, checks = examined(served)
    assert (checks["rung"]["figures"]["rung"], checks["rung"]["grade"]) == ("truncated", "weak")
    assert set(checks["endpoint"]["figures"]["tried"]) == {"exact", "choice"}


def test_an_endpoint_that_varies_is_told_by_its_repeats():
    with Endpoint(nudge=1.0) as served:
        _, checks = examined(served)
    assert checks["repeats"]["figures"]["equal"] == 0
    assert checks["repeats"]["grade"] != "pass"


def test_nobody_there_is_exit_code_2_and_one_line(endpoint):
    nobody = run("--referee", "openai", "--base-url", "http://127.0.0.1:9/v1", "--model", "fake", "-q")
    other = run("--referee", "openai", "--base-url", endpoint.url, "--model", "gpt-0", "-q")
    for result in (nobody, other):
        assert (result.exit_code, result.stdout) == (2, "")
        assert len(result.stderr.splitlines()) == 1


def test_replies_that_all_fail_are_exit_code_2_too(tmp_path):
    json_lines.write(tmp_path / "none.jsonl", [{"text": "", "status": "error", "reason": "HTTP 500"}] * 3)
    result = run("--referee", f"scripted:{tmp_path / 'none.jsonl'}", "-q")
    assert result.exit_code == 2
    assert "Referee scripted cannot be reached: HTTP 500" in result.stdout


def test_a_study_gives_its_words_and_its_named_referees(tmp_path, endpoint):
    Study.create(tmp_path / "s", name="s").close()
    (tmp_path / "s" / "prompts").mkdir()
    words = (
        "version: mine-1\n=== head ===\n<<< and >>> hold it\n=== tail ===\n{question} {claim} {scale_question} {levels}"
    )
    (tmp_path / "s" / "prompts" / "mine.txt").write_text(words)
    table = f'[judge]\nbackend = "openai"\nmodel = "fake"\nurls = ["{endpoint.url}"]\nprompt = "mine"\n'
    (tmp_path / "s" / "referees.toml").write_text(table)
    result = run("--referee", "judge", tmp_path / "s", "--scenes", 6, "--dimension", "relevance", "-q")
    assert result.exit_code == 1, result.output
    assert "Referee judge cannot be used" in result.stdout
    assert any("hold it" in json.dumps(body) for body in endpoint.bodies.values())


def test_options_of_a_referee_without_its_name_are_refused(tmp_path):
    for option in (("--model", "fake"), ("--dimension", "timing"), ("--base-url", "http://127.0.0.1:9/v1")):
        result = run(*option)
        assert result.exit_code == 2
        assert "--referee NAME" in result.stderr
    result = run("--referee", "nobody")
    assert result.exit_code == 2
    assert "no referee of that name" in result.stderr


def test_scores_that_know_nothing_of_the_probes_are_no_pass(tmp_path):
    made = known_questions(load_referee("pixels"), ("localization",), 6)
    rows = [{"claim": p.question.claim.id, "dimension": "localization", "text": "Level: 4"} for p in made]
    json_lines.write(tmp_path / "r.jsonl", list({row["claim"]: row for row in rows}.values()))
    result = run("--referee", f"scripted:{tmp_path / 'r.jsonl'}", "--scenes", 6, "--dimension", "localization", "-q")
    assert result.exit_code == 1
    assert "! spread" in result.stdout


def test_a_quoted_reply_cannot_steer_the_terminal(tmp_path):
    (tmp_path / "r.jsonl").write_text(100 * (json.dumps({"text": "Well\x1b[2J\x07 then"}) + "\n"), encoding="utf-8")
    result = run("--referee", f"scripted:{tmp_path / 'r.jsonl'}", "--scenes", 6, "--dimension", "localization", "-q")
    assert "Well·[2J· then" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.exit_code == 1
