"""``agree`` beside a referee whose values are decimals and people's are levels: scores in a unit of their own."""

import json

import numpy as np
import pytest
from helpers_continuous_judge import odd_unit, people_and_merit

from agreement import Ratings, judge_correlations, krippendorff_alpha
from referee_calib.cli.main import main


def write(path, people, score, cluster):
    rows = ["unit,rater,value,video"]
    for i, (ratings, video) in enumerate(zip(people, cluster, strict=True)):
        rows += [f"u{i},p{j},{int(value)},v{video}" for j, value in enumerate(ratings)]
        rows += [] if np.isnan(score[i]) else [f"u{i},clip,{score[i]!r},v{video}"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    people, merit, cluster = people_and_merit(n_clusters=40)
    score = odd_unit(merit + np.random.default_rng(5).normal(0, 1, len(merit)))
    score[:2] = np.nan
    return write(tmp_path_factory.mktemp("t") / "r.csv", people, score.tolist(), cluster), people, score, cluster


def agree(capsys, *words):
    code = main([str(word) for word in ("agree", *words)], standalone_mode=False)
    assert code in (None, 0)
    return capsys.readouterr()


def test_decimals_beside_levels_are_scores_and_no_categories(table, capsys):
    path, people, score, cluster = table
    found = json.loads(agree(capsys, path, "--referee", "clip", "--cluster", "video", "--json").out)
    ratings = Ratings.from_array(people, scale=range(1, 6), cluster=cluster)
    assert found["settings"]["scale"] == [1, 2, 3, 4, 5]
    alpha = krippendorff_alpha(ratings, level="ordinal").value
    assert found["people"]["krippendorff_alpha_ordinal"]["value"] == pytest.approx(alpha)
    raw = found["continuous_referee"]
    want = judge_correlations(score, people, cluster=cluster).spearman
    assert raw["correlations"][0]["difference"]["value"] == pytest.approx(want.difference.value)
    assert raw["levels"] == "levels recalibrated out of fold"
    assert raw["shape"]["n_missing"] == 2
    assert found["referee"] is None
    errors = found["error_by_agreement"]["judges"][0]
    assert errors["scores"] == "levels recalibrated out of fold"
    assert errors["squared"]["whole"]["judge"]["value"] > 0
    assert any("unit of their own" in note for note in found["notes"])


@pytest.mark.parametrize("more", [[], ["--scale", "1:5"], ["--level", "interval"]])
def test_it_is_said_what_they_are_taken_for_in_print_and_on_the_page(table, capsys, tmp_path, more):
    pages = [tmp_path / "page.html", tmp_path / "page.md"]
    path = table[0]
    out = agree(
        capsys, path, "--referee", "clip", "--cluster", "video", *more, *(w for p in pages for w in ("--report", p))
    ).out
    for text in (out, *(page.read_text("utf-8") for page in pages)):
        assert "levels recalibrated out of fold" in text
        assert "Spearman" in text
        assert "a second person’s" in " ".join(text.split())
    assert "<svg" in pages[0].read_text("utf-8")
    assert "referee clip: 118 scores in a unit of its own" in " ".join(out.split())


def test_a_reversed_referee_is_asked_about(tmp_path, capsys):
    people, merit, cluster = people_and_merit(n_clusters=40)
    path = write(tmp_path / "r.csv", people, (-merit).tolist(), cluster)
    out = " ".join(agree(capsys, path, "--referee", "clip").out.split())
    assert "is a low score a good one?" in out


def test_a_whole_number_off_the_scale_is_still_an_error(tmp_path, capsys):
    people, merit, cluster = people_and_merit(n_clusters=10)
    path = write(tmp_path / "r.csv", people, (np.clip(np.rint(merit), 1, 5) + 3).tolist(), cluster)
    assert main(["agree", str(path), "--referee", "clip", "--scale", "1:5"], standalone_mode=False) == 2
    assert "outside the scale" in capsys.readouterr().err


@pytest.mark.parametrize("more", [["--interval", "bootstrap"], ["--raters", "sample"]])
def test_intervals_that_its_statistics_do_not_have_are_refused(table, capsys, more):
    assert main(["agree", str(table[0]), "--referee", "clip", *more], standalone_mode=False) == 2
    assert "unit of their own" in capsys.readouterr().err
