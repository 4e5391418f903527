"""The whole report from two tables: what is planted comes out, in the table's own words, and once what needs media."""

import json
import re

import pytest
from helpers_judged_tables import judged_tables, report_of, run, write_rows

from referee_calib.analysis import analyse_tables, read_table_pilot
from referee_calib.item_nouns import ItemNouns, names_pattern, noun_of_column, plural
from referee_calib.report import build
from referee_calib.table_study import TableStudyOptions, open_table_study, read_table_study

KAPPA = "cohen_kappa_quadratic"


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return judged_tables(tmp_path_factory.mktemp("planted"))


@pytest.fixture(scope="module")
def written(planted, tmp_path_factory):
    """The folder of a report on all three judges, by cluster and system."""
    out = tmp_path_factory.mktemp("out") / "report"
    told = report_of(planted, out, "--cluster", "prompt", "--slice", "system", "--link", "url", "--title", "Video fit")
    return out, told


def states(report):
    """The state of every check by threshold."""
    return {
        row["threshold"]: row["checks"][0]["state"] for group in report["verdict"]["groups"] for row in group["rows"]
    }


def analysed(tables, judge, **more):
    """Analyse one judge of planted tables."""
    options = TableStudyOptions(ratings=tables.ratings, scores=tables.scores, cluster="prompt", **more)
    return analyse_tables(read_table_study(options), referee=judge, compare=[judge], n_resamples=50)


@pytest.mark.parametrize("scale", [(0, 1), (1, 1.5, 2), (-3, -2, -1, 0, 1, 2, 3), tuple(range(11))])
def test_a_judge_like_the_people_is_near_the_ceiling_on_every_scale(tmp_path, scale):
    tables = judged_tables(tmp_path, scale, n_clusters=40, per_cluster=4)
    listed = ",".join(f"{level:g}" for level in scale)
    found = analysed(tables, "peer", scales=(listed,)).dimensions[0]
    kappa = next(row for row in found.coefficients if row.name == KAPPA)
    assert found.scale == scale
    assert kappa.people.value > 0.3
    assert kappa.difference.low <= 0 <= kappa.difference.high
    peer = tables.judges["peer"]
    # pairs of one person and the judge: the mean of judge minus person, in the values of the scale
    assert found.leniency.value == pytest.approx((peer[:, None] - tables.people).mean())
    assert [sum(column) for column in zip(*found.confusion, strict=True)] == [
        3 * (peer == level).sum() for level in scale
    ]
    assert found.prevalence.referee == tuple((peer == level).sum() for level in scale)


def test_limits_of_leniency_are_in_steps_of_the_scale(tmp_path):
    tables = judged_tables(tmp_path, (0, 25, 50, 75, 100), n_clusters=40)
    (check,) = (one for one in analysed(tables, "peer").verdict.checks if one.threshold == "leniency")
    assert (check.at_least, check.at_most) == (-6.25, 6.25)  # a quarter of a step of 25


def test_numbers_are_those_of_the_statistics_on_the_same_cells(planted):
    from agreement import Ratings, compare

    found = analysed(planted, "peer").dimensions[0]
    people = Ratings.from_array(planted.people, scale=(1, 2, 3, 4, 5), wide=True)
    alone = compare(people, planted.judges["peer"], cluster=planted.clusters)
    for row in found.coefficients:
        for side, there in ((row.people, alone.ceiling), (row.referee, alone.human_referee)):
            assert (side.value, side.low, side.high) == (
                there[row.name].value, there[row.name].low, there[row.name].high,
            )  # fmt: skip


def test_the_numbers_of_agree_are_those_of_the_report(planted, written, tmp_path):
    rows = [(f"u{i}", "peer", level, planted.clusters[i]) for i, level in enumerate(planted.judges["peer"])]
    rows += [(f"u{i}", j, v, planted.clusters[i]) for i, its in enumerate(planted.people) for j, v in enumerate(its)]
    table = write_rows(tmp_path / "all.csv", ("unit", "rater", "value", "cluster"), rows)
    done = run(["agree", table, "--referee", "peer", "--scale", "1:5", "--json"])
    assert done.exit_code == 0, done.output
    text = json.dumps(json.loads(done.output))
    card = written[1]["headline"]["cards"][0]
    for side in ("people", "referee", "difference"):
        assert f"{card[side]['value']!r}"[:12] in text


def test_a_permuted_judge_is_useless_and_a_copy_proves_nothing(planted, written):
    permuted = build(analysed(planted, "permuted"))
    assert permuted["verdict"]["state"] == "fail"
    assert {states(permuted)[name] for name in ("loss", "alt_test", "confident_acceptance")} == {"fail"}
    assert "none is shown to beat a constant" in permuted["recalibration"]["sentence"]
    copied = build(analysed(planted, "copy"))
    assert states(copied)["loss"] == "cannot tell"
    assert "gives one person’s levels again" in copied["headline"]["caution"]
    assert states(written[1])["loss"] == "pass"


def test_everything_of_a_report_is_there(written):
    report = written[1]
    (dimension,) = report["dimensions"]
    assert report["schema"] == "referee-calib/report/4"
    assert (dimension["dimension"], dimension["title"], dimension["scale"]) == (
        "alignment",
        "Alignment",
        [1, 2, 3, 4, 5],
    )
    assert dimension["calibration"]["fitted"]
    assert {row["kind"] for row in report["recalibration"]["dimensions"][0]["trials"]} == {
        "isotonic",
        "ordinal",
        "linear",
    }
    assert [row["label"] for row in dimension["subgroups"]] == ["system s0", "system s1", "system s2"]
    assert len(report["disagreements"]) == 6
    assert all(row["link"].startswith("https://example.org/u") for row in report["disagreements"])
    assert [one["label"] for one in report["ablation"]["referees"]] == ["peer", "permuted", "copy"]
    assert report["ablation"]["n_tests"] == 18  # three pairs, six measures with a p-value
    assert report["results_paragraph"].startswith("We compared the referee peer with 3 raters")
    assert "(levels 1 to 5)" in report["results_paragraph"]
    assert "540 ratings on 180 units in 60 prompts" in report["results_paragraph"]


def test_sentences_say_the_words_of_the_table_and_names_stay(written):
    out, report = written
    page = re.sub(
        r"<style>.*?</style>|<script>.*?</script>|<svg.*?</svg>", "", (out / "report.html").read_text(), flags=re.S
    )
    words = re.sub(r"<[^>]+>", " ", page)
    assert "Referee report" in words
    assert "Video fit" in words  # the title of the report is the user's
    said = re.findall(r"[^.]{0,60}\b(?:claims?|videos?)\b[^.]{0,40}", words.replace("Video fit", ""), flags=re.I)
    assert said == []
    assert "Subgroups of units" in words
    text = (out / "report.md").read_text(encoding="utf-8")
    assert not re.search(r"\b(claims?|videos?)\b", text.replace("Video fit", ""), flags=re.I)
    assert "not looked at" in report["verdict"]["beyond"]
    assert report["verdict"]["beyond"].startswith("The verdict is about peer, one of 3 judges")
    assert text.count("Tables hold no media") == 1
    assert words.count("Tables hold no media") == 1


def test_words_of_the_user_are_left_alone_and_rewording_twice_is_rewording_once():
    nouns = ItemNouns("clip", "prompt")
    names = names_pattern(["Video quality", "video-7.mp4", "motion"])
    once = nouns.reworded("2 claims on video quality in 3 videos. Claims: video-7.mp4", names)
    assert once == "2 clips on video quality in 3 prompts. Clips: video-7.mp4"
    assert nouns.reworded(once, names) == once
    assert nouns.reworded("3 videos on video", names_pattern(["Video"])) == "3 prompts on video"
    assert (ItemNouns("video", "prompt").item, ItemNouns("video", "video").item) == ("unit", "video")
    assert [plural(noun) for noun in ("prompt", "story", "box", "day")] == ["prompts", "stories", "boxes", "days"]
    assert [noun_of_column(name, "unit") for name in ("clip", "Clip_set", "id", "q7", "index")] == [
        "clip", "clip set", "unit", "unit", "unit",
    ]  # fmt: skip


def test_units_that_nobody_rated_enter_the_prediction_powered_mean(planted, tmp_path):
    lines = planted.ratings.read_text().splitlines()
    rated = tmp_path / "half.csv"
    rated.write_text("\n".join([lines[0], *(line for line in lines[1:] if int(line.split(",")[0][1:]) < 90)]) + "\n")
    options = TableStudyOptions(ratings=rated, scores=planted.scores, cluster="prompt")
    found = analyse_tables(read_table_study(options), compare=["peer"], n_resamples=50)
    powered = found.mean_scores[0].powered
    assert powered.n_rated == 90
    lost = {one.what: len(one.names) for one in found.losses}
    assert lost["claim without a level from a person"] == 90
    assert found.draw.kind == "chosen"


def test_a_study_folder_keeps_tables_and_thresholds(planted, tmp_path):
    study = tmp_path / "study"
    made = run(["init", study, "--from-tables", "--ratings", planted.ratings, "--scores", planted.scores,
                "--cluster", "prompt", "--judges", "peer,permuted", "--name", "Alignment of clips"])  # fmt: skip
    assert made.exit_code == 0, made.output
    assert "180 units, 540 ratings on alignment, scores of peer, permuted" in made.output
    config = study / "study.toml"
    config.write_text(config.read_text().replace("ceiling_alpha = 0.667 ", "ceiling_alpha = 0.99 ", 1))
    done = run(["report", study, "--referee", "peer", "--check", "--quiet", "--json", "--tables", tmp_path / "csv"])
    assert done.exit_code == 1
    assert "fail: Alignment: ordinal alpha of people with each other" in done.output
    report = json.loads((study / "report" / "report.json").read_text())
    assert report["title"] == "Referee report: Alignment of clips"
    assert report["verdict"]["thresholds"]["ceiling_alpha"] == 0.99
    changed = [
        (row["threshold"], row["before"], row["now"]) for row in report["verdict"]["threshold_record"]["changed"]
    ]
    assert changed == [("ceiling_alpha", 0.667, 0.99)]
    assert (tmp_path / "csv" / "agreement.csv").read_text().count(
        "\n"
    ) == 13  # four coefficients, three sides, a header
    assert open_table_study(study).thresholds.ceiling_alpha == 0.99
    assert (
        run(["init", study, "--from-tables", "--ratings", planted.ratings, "--scores", planted.scores]).exit_code == 2
    )


def test_another_verb_says_that_a_study_from_tables_has_no_claims(planted, tmp_path):
    study = tmp_path / "study"
    run(["init", study, "--from-tables", "--ratings", planted.ratings, "--scores", planted.scores])
    done = run(["score", study, "--referee", "pixels"])
    assert done.exit_code == 2
    assert "is a study from tables" in done.output
    assert f"referee-calib report {study}" in done.output


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('cluster = "prompt"', "cluster = 3", "cluster = 3"),
        ('cluster = "prompt"', 'colour = "prompt"', "[tables]"),
        ('ratings = "tables/ratings.csv"', 'ratings = "../ratings.csv"', "lie in its folder"),
        ("format = 1", "format = 2", "has format 2"),
        ("loss = 0.1 ", "loss = 7 ", "loss"),
    ],
)
def test_an_edited_study_is_told_what_is_wrong(planted, tmp_path, old, new, said):
    study = tmp_path / "study"
    run(
        [
            "init",
            study,
            "--from-tables",
            "--ratings",
            planted.ratings,
            "--scores",
            planted.scores,
            "--cluster",
            "prompt",
        ]
    )
    config = study / "study.toml"
    assert old in config.read_text()
    config.write_text(config.read_text().replace(old, new, 1))
    done = run(["report", study])
    assert done.exit_code == 2
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_comparison_names_judges_after_the_option(planted, tmp_path):
    options = TableStudyOptions(ratings=planted.ratings, scores=planted.scores, cluster="prompt")
    found = analyse_tables(read_table_study(options), compare=["permuted", "peer"], n_resamples=50)
    assert [side.label for side in found.ablation.sides] == ["permuted", "peer"]
    assert found.description == {"name": "permuted"}
    nobody = run(planted.report(tmp_path / "no", "--compare", "peer", "claude"))
    assert nobody.exit_code == 2
    assert "the scores are of peer, permuted, copy" in nobody.output


def test_judges_of_other_dimensions_are_left_out_of_the_comparison_and_named(tmp_path):
    first, second = judged_tables(tmp_path / "a"), judged_tables(tmp_path / "b", seed=1, dimension="style")
    ratings, scores = tmp_path / "r.csv", tmp_path / "s.csv"
    ratings.write_text(first.ratings.read_text() + second.ratings.read_text().split("\n", 1)[1])
    of_style = [line for line in second.scores.read_text().splitlines() if ",peer," in line or ",copy," in line]
    lines = [line.replace(",copy,", ",other,") for line in of_style]
    scores.write_text(first.scores.read_text() + "\n".join([*lines, "u0,silent,alignment,"]) + "\n")
    options = TableStudyOptions(ratings=ratings, scores=scores, cluster="prompt")
    found = analyse_tables(read_table_study(options), referee="peer", n_resamples=50)
    assert [result.dimension for result in found.dimensions] == ["alignment", "style"]
    assert [side.label for side in found.ablation.sides] == ["peer", "permuted", "copy"]
    assert [one.dimension for one in found.ablation.dimensions] == ["alignment"]
    assert found.notes[-3:] == (
        "other stands beside nobody: it scored nothing that peer, permuted, copy scored too.",
        "silent stands beside nobody: it scored nothing that peer, permuted, copy scored too.",
        "Judges stand side by side only on what all of them scored, which leaves out style.",
    )


def test_a_plan_starts_from_the_levels_of_two_tables_or_from_recalibrated_ones(planted, tmp_path):
    options = TableStudyOptions(ratings=planted.ratings, scores=planted.scores, cluster="prompt")
    pilot = read_table_pilot(read_table_study(options), referee="peer")
    assert (pilot.dimension, pilot.referee.tolist()) == ("alignment", planted.judges["peer"].tolist())
    assert pilot.videos.tolist() == planted.clusters
    raw = [(f"u{i}", "clip", "alignment", level / 7) for i, level in enumerate(planted.judges["peer"])]
    scores = write_rows(tmp_path / "raw.csv", ("unit", "judge", "dimension", "score"), raw)
    options = TableStudyOptions(ratings=planted.ratings, scores=scores, cluster="prompt")
    found = read_table_pilot(read_table_study(options))
    assert set(found.referee.tolist()) <= {1, 2, 3, 4, 5}
