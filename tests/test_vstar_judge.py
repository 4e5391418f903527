"""Answers judged by a language model behind any OpenAI-compatible endpoint."""

import json

import pytest
from helpers_chat_server import chat_server, completion
from helpers_study import run
from helpers_vstar import item, write

from referee_calib.benchmark.vstar.answer_judging import JudgePrompt, read_judge_prompt
from referee_calib.errors import InputError
from referee_calib.referee import ReplyCache, TextModel, ask_in_words


def strict_judge(body):
    """Right is what stands in the reference; what is nearly so is said with a full stop."""
    asked = body["messages"][-1]["content"]
    candidate = asked.partition("Candidate answer: ")[2].partition("\n")[0]
    return 200, completion(body, {"a ball": "3", "a round ball": "3.", "a dog": "0"}[candidate])


@pytest.fixture
def unjudged(tmp_path):
    answers = ("a ball", "a round ball", "a dog", "")
    return write(tmp_path / "run.json", [item(k, answer_vqa=text, VQA_score=...) for k, text in enumerate(answers)])


def judged(path, url, *more, cache="none"):
    done = run("vstar", path, "--judge", url, "--judge-model", "m", "--cache", cache, "--json", *more)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout), done.stderr


def test_acc_comes_from_the_judge_and_a_full_stop_costs_an_answer(unjudged):
    """Of four: one right, one right but for the judge's full stop, one wrong, one not answered."""
    with chat_server(strict_judge) as (url, asked):
        found, _ = judged(unjudged, url)
    assert found["accuracy"]["value"] == 0.25
    assert found["traps"]["judge_reply_unread"] == 1
    assert found["without_traps"]["judge_reply_unread"]["value"] == 0.5
    assert len(asked) == 3
    assert {body["max_tokens"] for body in asked} == {512}


@pytest.mark.parametrize(("rules", "temperature"), [("upstream", None), ("open-o3", 0.0)])
def test_the_judge_answers_as_the_evaluator_lets_it(unjudged, rules, temperature):
    with chat_server(strict_judge) as (url, asked):
        judged(unjudged, url, "--rules", rules)
    assert {body.get("temperature") for body in asked} == {temperature}


def test_replies_are_kept_and_scores_are_written_for_the_next_run(unjudged, tmp_path):
    with chat_server(strict_judge) as (url, asked):
        first, said = judged(unjudged, url, "--scored", tmp_path / "scored", cache=tmp_path / "cache.sqlite")
        second, _ = judged(unjudged, url, cache=tmp_path / "cache.sqlite")
        assert len(asked) == 3
        scored = tmp_path / "scored/run.json"
        assert str(scored) in said.replace("\n", "")
        third, _ = judged(scored, url)
        assert len(asked) == 3
        judged(scored, url, "--judge-again")
        assert len(asked) == 6
    assert first["accuracy"] == second["accuracy"] == third["accuracy"]
    assert third["without_traps"] == first["without_traps"]
    rows = json.loads(scored.read_text())
    assert [row.get("VQA_score") for row in rows] == [3, -1, 0, None]
    assert [row.get("VQA_reply") for row in rows] == ["3", "3.", "0", None]


def test_the_same_question_is_paid_once(tmp_path):
    path = write(tmp_path / "run.json", [item(0, VQA_score=...), item(0, VQA_score=...), item(1, VQA_score=...)])
    with chat_server(strict_judge) as (url, asked):
        found, _ = judged(path, url)
    assert (len(asked), found["accuracy"]["value"]) == (2, 1.0)


def test_a_score_that_could_not_be_had_again_is_not_kept(tmp_path):
    path = write(tmp_path / "run.json", [item(0, VQA_score=-1, VQA_reply="three"), item(1, VQA_score=0)])

    def reply(body):
        return (400, {"error": {"message": "too long"}}) if len(asked) == 1 else (200, completion(body, "3"))

    with chat_server(reply) as (url, asked):
        _, said = judged(path, url, "--judge-again", "--scored", tmp_path / "scored")
    rows = json.loads((tmp_path / "scored/run.json").read_text())
    assert sorted(str(row["VQA_score"]) for row in rows) == ["3", "None"]
    assert all(row.get("VQA_reply") in (None, "3") for row in rows)
    assert "what failed has none and is asked again" in said.replace("\n", " ")


def test_an_answer_that_could_not_be_judged_is_no_wrong_answer(unjudged):
    def reply(body):
        failed = "a dog" in body["messages"][-1]["content"]
        return (400, {"error": {"message": "too long"}}) if failed else strict_judge(body)

    with chat_server(reply) as (url, _):
        found, said = judged(unjudged, url)
    assert found["accuracy"]["value"] is None
    assert found["accuracy"]["reason"] == "1 of 3 answered items have no judge's score"
    assert "the judge failed at 1 of 3 answers: HTTP 400: too long" in said
    assert "Type the same command again." in said


def test_a_judge_that_never_answers_stops_the_command(unjudged):
    with chat_server(lambda body: (404, {"error": {"message": "no such model"}})) as (url, _):
        done = run("vstar", unjudged, "--judge", url, "--cache", "none")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no such model" in done.stderr


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"choices": []}, "no choices"),
        ({"model": "other", "choices": [{"message": {"content": "3"}, "finish_reason": "stop"}]}, "another model"),
        ({"model": "m", "choices": [{"message": {"content": " "}, "finish_reason": "content_filter"}]}, "no words"),
    ],
)
def test_what_is_no_answer_is_a_failure_with_its_reason(answer, why):
    with chat_server(lambda body: (200, answer)) as (url, _):
        (reply,) = ask_in_words(TextModel((url,), "m", retries=0), [[{"role": "user", "content": "x"}]])
    assert reply.status == "error"
    assert why in reply.reason


def test_replies_come_in_the_order_of_the_questions_and_a_failure_is_not_kept(tmp_path):
    def reply(body):
        text = body["messages"][0]["content"]
        return (400, {"error": {"message": "no"}}) if text == "q1" else (200, completion(body, text.upper()))

    questions = [[{"role": "user", "content": f"q{k}"}] for k in range(4)]
    told = []
    with chat_server(reply) as (url, asked), ReplyCache(tmp_path / "c.sqlite") as cache:
        model = TextModel((url,), "m", retries=0)
        for _ in range(2):
            found = ask_in_words(model, questions, cache=cache, advance=told.append)
            assert [one.text for one in found] == ["Q0", "", "Q2", "Q3"]
        assert len(asked) == 5  # four, and the failed one again
    assert sum(told) == 8


def test_a_prompt_of_ones_own_reaches_the_judge_as_it_is_written(tmp_path):
    path = tmp_path / "prompt.txt"
    path.write_text("Be strict.\n---\n{question} | {reference} | {candidate}\n")
    made = read_judge_prompt(path).messages(item(0, answer_vqa="{question} {x}"))
    assert made == [
        {"role": "system", "content": "Be strict."},
        {"role": "user", "content": "What is it, 0? | a ball | {question} {x}"},
    ]
    path.write_text("{question} {candidate}")
    with pytest.raises(InputError, match=r"no \{reference\}"):
        read_judge_prompt(path)
    with pytest.raises(InputError, match="No such file"):
        read_judge_prompt(tmp_path / "none.txt")


def test_our_own_prompt_asks_for_the_four_grades():
    system, user = JudgePrompt().messages(item(0))
    assert all(f"{grade}:" in system["content"] for grade in range(4))
    assert user["content"].count("a ball") == 2
