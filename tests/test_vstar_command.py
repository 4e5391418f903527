"""``referee-calib vstar`` and ``plan --benchmark vstar`` as they are typed."""

import csv
import json
from pathlib import Path

import pytest
from helpers_study import run
from helpers_vstar import half_right, item, trap_items, write

from referee_calib.benchmark.vstar.vstar_figures import TESTED
from referee_calib.cli.benchmarks.vstar import TESTED_KEYS

PUBLISHED = Path(__file__).parent / "vectors/vstar_published.csv"
FIELDS = {"m_tiou", "m_viou", "am", "lgm"}


def asked(*arguments):
    done = run("vstar", *arguments, "--json", "--quiet")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def some(n=40, *, seed=0, right=2):
    """Items on 20 videos: one of `right` is all right, the others are half right."""
    return [(item if (k + seed) % right == 0 else half_right)(k, vid=f"v{k % 20}", original_index=k) for k in range(n)]


@pytest.fixture
def runs(tmp_path):
    """A base of which every fourth is right, and one of which every second is: two seeds."""
    write(tmp_path / "base.json", some(right=4))
    write(tmp_path / "ours_1.json", some(right=2))
    write(tmp_path / "ours_2.json", list(reversed(some(right=2, seed=1))))
    return tmp_path


def test_json_has_the_figures_of_the_benchmark_with_intervals(runs):
    found = asked(runs / "base.json")
    for one in (found["accuracy"], found["mam"], found["mlgm"], *(found["chain_1"][name] for name in FIELDS)):
        assert one.keys() == {"value", "low", "high"}
        assert one["low"] < one["value"] < one["high"]
    assert found["accuracy"]["value"] == 0.25
    assert found["chain_2"].keys() >= FIELDS
    assert (found["items"], found["answered"], found["videos"]) == (40, 40, 20)
    assert found["traps"]["unanswered"] == 0
    assert found["durations"]["short"]["items"] == 40
    assert found["systems"]["base"]["mlgm"] == found["mlgm"]


def test_an_undefined_figure_is_null_with_its_reason(tmp_path):
    found = asked(write(tmp_path / "a.json", [item(0), item(1)]))
    assert found["mlgm"]["value"] is None
    assert "logarithm" in found["mlgm"]["reason"]
    assert found["chain_1"]["am"]["value"] == 1.0


def test_runs_are_paired_by_item_whatever_their_order(runs):
    shuffled = write(runs / "shuffled.json", list(reversed(some(right=2))))
    found = asked(runs / "ours_1.json", shuffled)
    assert found["paired_by"] == "original_index"
    assert all(one["value"] == 0 and one["p_value"] == 1.0 for one in found["differences"] + found["decomposition"])


def test_the_same_number_of_another_question_pairs_by_video_and_question(runs):
    other = [one | {"original_index": 39 - one["original_index"]} for one in some(right=2)]
    found = asked(runs / "ours_1.json", write(runs / "other.json", other))
    assert found["paired_by"] == "video and question"
    assert found["differences"][0]["value"] == 0


def test_a_question_that_is_asked_twice_of_a_video_is_paired_by_its_true_span(tmp_path):
    """The second run lacks the right item, and has the half right one as the first run has it: no difference."""
    twice = [item(0), half_right(0, timestamps=[2.0, 8], answer_temporal=[2, 5], answer_temporal_2=[2, 5])]
    one, two = write(tmp_path / "a.json", [*twice, item(1)]), write(tmp_path / "b.json", [item(1), twice[1]])
    found = asked(one, two)
    assert found["paired_by"] == "video and question"
    assert {(one["value"], one["items"], one["left_out"]) for one in found["differences"][:5]} == {(0.0, 2, 1)}


def test_a_difference_is_tested_and_is_the_sum_of_its_parts(runs):
    found = asked(runs / "base.json", runs / "ours_1.json")
    by_figure = {one["figure"]: one for one in found["differences"] + found["decomposition"]}
    assert by_figure["accuracy"]["value"] == 0.25  # 1/2 − 1/4
    assert by_figure["accuracy"]["low"] <= 0.25 <= by_figure["accuracy"]["high"]
    # 5 of 20 videos differ, all one way: of 2⁵ exchanges 2 give as much
    assert by_figure["accuracy"]["p_value"] == pytest.approx(2 / 32, abs=0.01)
    assert by_figure["accuracy"]["p_holm"] == pytest.approx(7 * by_figure["accuracy"]["p_value"])
    parts = sum(by_figure[f"mlgm.{part}"]["value"] for part in ("answer", "time", "place"))
    assert parts == pytest.approx(by_figure["mlgm"]["value"])
    assert (by_figure["mlgm"]["items"], by_figure["mlgm"]["left_out"]) == (40, 0)


def test_files_of_one_name_are_seeds_of_one_system(runs):
    found = asked(f"ours={runs / 'ours_1.json'}", f"ours={runs / 'ours_2.json'}", runs / "base.json")
    assert list(found["systems"]) == ["ours", "base"]
    seeds = found["systems"]["ours"]["seeds"]["accuracy"]
    assert seeds["by_seed"] == [0.5, 0.5]
    assert seeds["between_variance"] == 0
    assert seeds["within_variance"] > 0
    assert {one["first"] for one in found["differences"]} == {"ours"}
    assert "one system has one seed" in found["differences"][0]["notes"][0]


def test_a_baseline_leaves_its_own_comparisons(runs):
    files = [runs / f"{name}.json" for name in ("ours_1", "base", "ours_2")]
    found = asked(*files, "--baseline", "base", "--resamples", "100")
    assert {(one["first"], one["second"]) for one in found["differences"]} == {("base", "ours_1"), ("base", "ours_2")}
    assert "the systems are" in run("vstar", *files, "--baseline", "b").stderr


@pytest.mark.parametrize("shown_as", ["text", "markdown", "latex"])
def test_tables_are_printed_for_people_and_papers(runs, shown_as):
    done = run("vstar", runs / "base.json", runs / "ours_1.json", "--format", shown_as, "--details")
    assert done.exit_code == 0, done.output
    for words in ("25.0", "Answer & time", "mLGM, answer", "base"):
        assert words.replace("&", r"\&") in done.stdout if shown_as == "latex" else words in done.stdout
    assert done.stdout.count(r"\begin{table") == done.stdout.count(r"\end{table") == (6 if shown_as == "latex" else 0)


def test_a_figure_named_beforehand_is_tested_alone(runs):
    (found,) = asked(runs / "base.json", runs / "ours_1.json", "--test", "mlgm")["differences"]
    assert (found["figure"], found["p_holm"]) == ("mlgm", found["p_value"])
    assert tuple(one.key for one in TESTED) == TESTED_KEYS


def test_a_missing_figure_and_items_that_one_run_lacks_are_told(runs):
    part = write(runs / "part.json", some(right=1)[:30])
    done = run("vstar", runs / "base.json", part)
    assert "\n–: a mean of 1 has no LGM" in done.stdout
    assert "; 10 items that not every run of part − base has are left out." in done.stdout
    seeds = run("vstar", f"a={runs / 'ours_1.json'}", f"a={runs / 'ours_2.json'}", runs / "base.json").stdout
    assert "one system has one seed: the other's variance between seeds is taken for both" in seeds


def test_what_nobody_judged_is_said_and_the_rest_is_told(tmp_path):
    done = run("vstar", write(tmp_path / "a.json", [item(0, VQA_score=...), half_right(1)]))
    assert done.exit_code == 0
    assert "1 answered item without a judge's score: no Acc, AM or LGM. Type: --judge URL" in done.stderr
    assert "Chain 1: m_tIoU" in done.stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[", "it is not JSON"),
        ("{}", "not a list of items"),
        ("[]", "it holds no items"),
        ("[3]", "item 0: it is a int, not an object"),
        ('[{"vid": "a"}]', "item 0: it has no 'question'"),
        ('[{"vid": "a", "question": "q", "answer_vqa": "x", "timestamps": [1]}]', "'timestamps' is [1]"),
        ('[{"vid": "a", "question": "q", "answer_vqa": "x", "timestamps": [1, 2]}]', "'bboxes' is None"),
        (
            '[{"vid": "a", "question": "q", "answer_vqa": "x", "timestamps": [1, 2], "bboxes": [{"xmin": 1}]}]',
            "has no timestamp or no corners",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(tmp_path, content, told):
    path = tmp_path / "a.json"
    path.write_text(content)
    done = run("vstar", path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_items_a_line_are_read_too(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, some())))
    assert asked(path)["items"] == 40
    path.write_text(f"{json.dumps(item(0))}\n[")
    assert "line 2: it is not JSON" in run("vstar", path).stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "no result file"),
        (("nowhere.json",), "No such file"),
        (("=a.json",), "NAME=PATH"),
        (("a.json", "--scored", "x"), "options of a judge without --judge"),
        (("a.json", "--recompute", "t.csv"), "a table of published rows is checked alone"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments, told):
    done = run("vstar", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_the_same_file_twice_is_refused_and_files_of_one_name_are_told_apart(runs):
    assert "named twice" in run("vstar", runs / "base.json", runs / "base.json").stderr
    (runs / "other").mkdir()
    write(runs / "other/base.json", some(right=2))
    names = list(asked(runs / "base.json", runs / "other/base.json")["systems"])
    assert names == [str(runs / "base"), str(runs / "other/base")]


def test_runs_without_a_common_item_cannot_be_compared(tmp_path):
    one, two = (write(tmp_path / f"{k}.json", [item(k), half_right(k + 5)]) for k in (0, 1))
    assert "no item is common to them" in run("vstar", one, two).stderr


def test_published_rows_add_up_and_a_wrong_one_is_found(tmp_path):
    """Open-o3-Video's: mAM (61.0 + 24.5 + 25.4 + 61.0 + 24.0 + 6.0) / 6 = 33.65, printed 33.7."""
    done = run("vstar", "--recompute", PUBLISHED, "--json")
    assert done.exit_code == 0
    rows = json.loads(done.stdout)["rows"]
    assert [one["agrees"] for one in rows] == [True] * 4
    assert rows[0]["mam"]["value"] == pytest.approx(33.65)
    assert rows[0]["mlgm"]["value"] == pytest.approx(46.56, abs=0.005)
    assert rows[0]["mlgm_error_from_accuracy"] == pytest.approx(0.911, abs=0.001)  # sqrt(.61 / (.39 · 2094)) / 3
    with PUBLISHED.open() as file:
        changed = [row | {"mLGM": "47.6"} for row in csv.DictReader(file)]
    table = tmp_path / "t.csv"
    with table.open("w") as file:
        writer = csv.DictWriter(file, list(changed[0]))
        writer.writeheader()
        writer.writerows(changed)
    done = run("vstar", "--recompute", table)
    assert done.exit_code == 1
    assert done.stdout.count("does not add up") == 4


def test_a_published_row_at_the_end_of_the_scale_and_tables_that_are_none(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("system,acc,tiou_1,tiou_2,viou_1,viou_2,mlgm\na,100,1,1,1,1,\n")
    done = run("vstar", "--recompute", table)
    assert (done.exit_code, "not defined at a mean of 100" in done.stdout) == (0, True)
    for content, told in (("a,b\n1,2\n", "no column system"), ("system,acc,tiou_1,tiou_2,viou_1,viou_2\n", "no rows")):
        table.write_text(content)
        assert told in run("vstar", "--recompute", table).stderr
    head = "system,acc,tiou_1,tiou_2,viou_1,viou_2\n"
    for row, told in (
        ("a,0.6,0.2,0.2,0.2,0.1", "as if they were shares"),
        ("a,610,24,24,25,6", "acc: 610 is no percentage"),
        ("a,61,24,24,25", "5 cells below 6 column names"),
        ("a,61,24,24,25,6,7", "7 cells below 6 column names"),
    ):
        table.write_text(f"{head}{row}\n")
        assert told in run("vstar", "--recompute", table).stderr
    table.write_text(f"{head[:-1]},acc\na,61,24,24,25,6,7\n")
    assert "the column acc twice" in run("vstar", "--recompute", table).stderr
    for apart in ",;\t":
        table.write_text(f"{head}\na,61.0%,24.5,24.0,25.4,6.0\n,,,,,\n".replace(",", apart))
        assert "46.56" in run("vstar", "--recompute", table).stdout
    table.write_text("system,acc,tiou_1,tiou_2,viou_1,viou_2\na,x,1,1,1,1\n")
    assert "line 2: acc: 'x' is no number" in run("vstar", "--recompute", table).stderr


def test_a_plan_says_what_can_be_told_apart_and_what_a_gain_takes():
    """+3 by Acc alone: 1 − 0.39 exp(−0.09) = 0.6436; error of mLGM about 0.9."""
    done = run("plan", "--benchmark", "vstar", "--items", "500,2094", "--json")
    found = json.loads(done.stdout)
    assert found["gain_by_part"][0]["after"] == [pytest.approx(0.6436, abs=1e-4)]
    by_items = {one["items"]: one for one in found["differences"] if one["figure"] == "mlgm"}
    assert by_items[2094]["run_error"] == pytest.approx(0.0096, abs=0.0003)
    assert by_items[500]["run_error"] == pytest.approx(by_items[2094]["run_error"] * (2094 / 500) ** 0.5)
    # paired at correlation 0.7: sqrt(0.6); found at 80 % from 1.960 + 0.842 errors on
    assert by_items[500]["detectable"] == pytest.approx(by_items[500]["run_error"] * 0.6**0.5 * 2.8016, rel=1e-3)


def test_a_plan_from_two_runs_takes_what_they_have_in_common(tmp_path):
    items = trap_items(1, 200)
    judged = [one | {"VQA_score": one["reply"]} for one in items]
    one, two = write(tmp_path / "a.json", judged), write(tmp_path / "b.json", judged[::-1])
    done = run("plan", "--benchmark", "vstar", "--result", one, "--result", two, "--json")
    found = json.loads(done.stdout)["differences"]
    assert {(row["difference_error"], row["detectable"]) for row in found} == {(0.0, None)}
    text = run("plan", "--benchmark", "vstar", "--result", one).stdout
    assert "correlate 0.7" in text
    assert "they are of a plan of a benchmark" in run("plan", "--items", "5").stderr
    assert "no list of whole numbers" in run("plan", "--benchmark", "vstar", "--items", "x").stderr
