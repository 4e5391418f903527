"""Result files of V-STaR as they lie on disks: packed, by line, with numbers that no mean holds, and under names."""

import gzip
import json

import pytest
from helpers_study import run
from helpers_vstar import half_right, item, write

from referee_calib.benchmark.vstar.evaluators.evaluation_rules import RULES
from referee_calib.benchmark.vstar.result_file import ResultFile, read_result_file
from referee_calib.benchmark.vstar.run_evaluation import evaluate_run

ITEMS = [item(0), half_right(1)]


def asked(*arguments):
    done = run("vstar", *arguments, "--json", "--quiet", "--resamples", "100")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(json.dumps(ITEMS).encode()),
        "\r\n".join(map(json.dumps, ITEMS)).encode(),
        ("\n\n".join(map(json.dumps, ITEMS)) + "\n").encode("utf-16"),
        json.dumps(ITEMS, ensure_ascii=False).replace("ball", "b\xe4ll").encode("latin-1"),
        "\n".join(json.dumps(one | {"object": "a\u2028b"}, ensure_ascii=False) for one in ITEMS).encode(),
    ],
    ids=["gz", "lines", "utf-16 lines", "latin-1", "line separators in texts"],
)
def test_a_file_is_read_however_it_was_saved(tmp_path, content):
    path = tmp_path / "run.json"
    path.write_bytes(content)
    assert asked(path)["accuracy"]["value"] == 0.5


def test_a_packed_file_is_called_as_what_is_in_it(tmp_path):
    path = tmp_path / "run.json.gz"
    path.write_bytes(gzip.compress(json.dumps(ITEMS).encode()))
    assert list(asked(path)["systems"]) == ["run"]


def test_one_line_is_a_file_of_one_item(tmp_path):
    path = tmp_path / "run.jsonl"
    path.write_text(json.dumps(half_right(0)))
    assert asked(path)["items"] == 1


def test_a_file_that_was_cut_off_is_told_by_where_it_ends(tmp_path):
    path = tmp_path / "run.json"
    path.write_text(json.dumps(ITEMS, indent=1)[:-2])
    said = run("vstar", path).stderr
    assert "it is not JSON (Expecting ',' delimiter: line " in said  # of the whole, not of its first line
    path.write_bytes(gzip.compress(json.dumps(ITEMS).encode())[:100])
    assert "cannot be read" in run("vstar", path).stderr


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "-" + "9" * 400, "NaN", "Infinity", "1e999"])
@pytest.mark.parametrize(
    "field", ["VQA_score", "frame_count", "fps", "temporal_IoU", "original_index", "answer_temporal", "width"]
)
def test_a_number_that_no_mean_holds_stops_nothing(tmp_path, field, number):
    path = tmp_path / "run.json"
    path.write_text(json.dumps([item(0, **{field: "HERE"}), half_right(1)]).replace('"HERE"', number))
    for rules in RULES.values():
        found = evaluate_run(read_result_file(path), ("0", "1"), rules).values
        assert 0 <= found.mean("tiou_1") <= 1


@pytest.mark.parametrize("number", ["NaN", "Infinity", "9" * 400])
def test_truth_that_is_no_finite_number_is_refused(tmp_path, number):
    path = tmp_path / "run.json"
    path.write_text(json.dumps([item(0, timestamps=[1, "HERE"])]).replace('"HERE"', number))
    assert "'timestamps' is [1, " in run("vstar", path).stderr


def test_a_judge_may_reply_with_any_number_of_digits():
    """As an evaluator takes it, it is at least 2: right."""
    run = evaluate_run(
        ResultFile("made", (item(0), half_right(1))), ("0", "1"), RULES["upstream"], replies=["9" * 400, "1"]
    )
    assert run.values.mean("acc") == 0.5
    assert run.traps["judge_score_out_of_range"] == 1


def test_a_file_is_no_seed_of_what_another_was_named(tmp_path):
    one, two = write(tmp_path / "a.json", ITEMS), write(tmp_path / "b.json", ITEMS)
    done = run("vstar", f"b={one}", two)
    assert done.exit_code == 2
    assert f"Write: NAME={two}" in done.stderr


def test_seeds_in_folders_keep_names_of_their_own(tmp_path):
    for folder in "xy":
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "1.json", ITEMS)
    found = asked(f"ours={tmp_path}/x/1.json", f"ours={tmp_path}/y/1.json")
    assert [one["name"] for one in found["runs"]] == [f"ours {tmp_path}/x/1", f"ours {tmp_path}/y/1"]


def test_a_system_is_told_the_same_whatever_it_is_compared_with(tmp_path):
    """The other has four videos of which one is common."""
    one = write(tmp_path / "a.json", [(half_right if k % 3 else item)(k) for k in range(6)])
    two = write(tmp_path / "b.json", [half_right(k) for k in range(5, 9)])
    assert asked(one, two)["systems"]["a"]["chain_1"] == asked(one)["chain_1"]
    assert "8 items that not every run of b − a has are left out" in run("vstar", one, two).stdout


def test_what_is_missing_from_a_table_has_its_reason_below(tmp_path):
    text = run("vstar", write(tmp_path / "a.json", [item(0), item(1)])).stdout
    assert "–: a mean of 1 has no LGM" in text
    text = run("vstar", write(tmp_path / "b.json", [item(0), half_right(1, vid="v0")])).stdout
    assert "no interval: all items are of one video" in text
    text = run("vstar", write(tmp_path / "c.json", [item(0, answer_vqa="")])).stdout
    assert "–: no item has an answer to what" in text


def test_a_wrong_baseline_is_said_before_anybody_is_asked(tmp_path):
    done = run(
        "vstar",
        write(tmp_path / "a.json", [item(0, VQA_score=...)]),
        "--judge",
        "http://127.0.0.1:9",
        "--baseline",
        "b",
    )
    assert "--baseline b: the systems are a" in done.stderr
