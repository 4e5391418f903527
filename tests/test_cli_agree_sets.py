"""``agree`` on ratings that are sets of labels, and on units drawn from a finite population."""

import numpy as np
import pytest
from helpers_agree import asked, run, said, write

from agreement import krippendorff_alpha, specific_agreement

pytestmark = pytest.mark.thorough

SETS = [
    ["x", "x;y", "y; x"],
    ["z", "z", ""],
    ["x;y;z", "y", "y;z"],
    ["y", "y", "x;y"],
    ["", "z", "x;z"],
    ["w", "w;x", "w"],
]
AS_SETS = ("--sets", ";", "--level", "nominal")


@pytest.fixture
def path(tmp_path):
    return write(tmp_path / "sets.csv", SETS, ["ann", "ben", "vlm"])


def test_alpha_of_sets_is_that_of_nltk(path):
    # nltk.metrics.agreement.AnnotationTask(distance=masi_distance).alpha() of NLTK 3.10.4; likewise jaccard_distance.
    people = asked(path, *AS_SETS)["people"]
    assert people["krippendorff_alpha_masi"]["value"] == pytest.approx(0.43054357204486593)
    assert people["krippendorff_alpha_jaccard"]["value"] == pytest.approx(0.5308056872037914)
    # of 3 + 1 + 3 + 3 + 1 + 3 pairs these are the same set: 1, 1, 0, 1, 0, 1; by unit 1/3, 1, 0, 1/3, 0, 1/3
    assert people["percent_agreement"]["value"] == pytest.approx(2 / 6)


def test_labels_of_sets_are_counted_and_compared_one_by_one(path):
    found = asked(path, *AS_SETS)["categories"]
    assert found["categories"] == ["w", "x", "y", "z"]
    assert found["given"] == {"ann": [1, 2, 2, 2], "ben": [1, 2, 3, 2], "vlm": [1, 3, 3, 2]}
    assert found["n_ratings"] == {"ann": 5, "ben": 6, "vlm": 5}
    assert found["pairs"] is None
    for label in "wxyz":
        table = [[np.nan if not cell else float(label in cell) for cell in row] for row in SETS]
        assert found["specific_agreement"][label]["value"] == pytest.approx(
            specific_agreement(np.array(table), interval=None).parts["1"].value
        )


def test_the_page_of_sets_says_what_is_of_whole_sets_and_what_of_labels(path, tmp_path):
    page = tmp_path / "page.html"
    printed = run(path, *AS_SETS, "--report", page).stdout
    for text in (printed, page.read_text(encoding="utf-8")):
        text = " ".join(text.split())
        assert "9 different sets of 4 labels: w, x, y, z" in text
        assert "Krippendorff&#39;s alpha, MASI distance, of 3 raters: 0.431" in text.replace("'", "&#39;")
        assert "Pairwise agreement, whole sets" in text
        assert "share of a rater" in text
    assert "Krippendorff's alpha (MASI distance) was 0.431" in " ".join(printed.split())
    assert "Passonneau" in printed


def test_a_referee_of_sets_is_compared_in_alpha_of_sets(path):
    found = asked(path, *AS_SETS, "--referee", "vlm")
    whole = [[set(cell.replace(" ", "").split(";")) for cell in row] for row in SETS if all(row)]
    for level in ("masi", "jaccard"):
        name = f"krippendorff_alpha_{level}"
        people = krippendorff_alpha([row[:2] for row in whole], level=level, interval=None).value
        sides = [
            krippendorff_alpha([[row[j], row[2]] for row in whole], level=level, interval=None).value for j in (0, 1)
        ]
        assert found["ceiling"][name]["value"] == pytest.approx(people)
        assert found["difference"][name]["value"] == pytest.approx(np.mean(sides) - people)
        assert found["difference"][name]["p_holm"] >= found["difference"][name]["p_value"]
    assert found["settings"]["holm_family"][1] == "krippendorff_alpha_masi"


def test_more_sets_than_the_command_line_takes_are_refused(tmp_path):
    rng = np.random.default_rng(0)
    many = [[";".join(map(str, sorted(rng.choice(20, 3, replace=False)))) for _ in range(2)] for _ in range(90)]
    assert "different sets of labels" in said(run(write(tmp_path / "many.csv", many), *AS_SETS))


def test_a_finite_population_narrows_what_knows_of_it(tmp_path):
    table = np.random.default_rng(1).integers(0, 4, (40, 3))
    path = write(tmp_path / "r.csv", table)
    free, finite = asked(path, "--scale", "0:3"), asked(path, "--scale", "0:3", "--population", 50)
    for name in ("krippendorff_alpha_ordinal", "cohen_kappa", "gwet_ac1", "percent_agreement"):
        wide, narrow = free["people"][name], finite["people"][name]
        assert narrow["standard_error"] == pytest.approx(wide["standard_error"] * (1 - 40 / 50) ** 0.5)
    assert finite["people"]["icc_2_1"] == free["people"]["icc_2_1"]
    assert (free["settings"]["population"], finite["settings"]["population"]) == (None, 50)
    printed = " ".join(run(path, "--scale", "0:3", "--population", 50).stdout.split())
    assert "√(1 − 40/50) as wide" in printed
    assert "on the 50 units of which these were drawn" in printed


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--population", 10), "no larger than what it is drawn from"),
        (("--population", 50, "--raters", "sample"), "--raters sample"),
        (("--population", 50, "--interval", "bootstrap"), "--interval bootstrap"),
        (("--population", 50, "--referee", "r0"), "--referee"),
    ],
)
def test_a_population_that_does_not_fit_is_refused(tmp_path, more, why):
    path = write(tmp_path / "r.csv", np.random.default_rng(1).integers(0, 4, (40, 3)))
    assert why in said(run(path, "--scale", "0:3", *more))


def test_tests_of_a_table_are_corrected_for_each_other(tmp_path):
    from agreement import holm

    rng = np.random.default_rng(2)
    quality = rng.integers(0, 4, (25, 1))
    table = np.clip(quality + rng.integers(-2, 3, (25, 2)), 0, 3)
    path = write(tmp_path / "r.csv", table)
    tests = asked(path, "--scale", "0:3")["tests"]
    assert {"krippendorff_alpha_ordinal", "cohen_kappa_quadratic", "gwet_ac2_quadratic"} < set(tests)
    assert {"icc_2_1", "kendall_w", "pearson", "marginal_homogeneity"} < set(tests)
    raw = [one["p_value"] for one in tests.values()]
    assert [one["p_holm"] for one in tests.values()] == pytest.approx(holm(raw))
    printed = " ".join(run(path, "--scale", "0:3").stdout.split())
    assert f"corrected for the {len(raw)} tests of this table" in printed
    assert "By permutation: 499 random ones" in printed


def test_a_table_too_large_to_be_tested_says_so(tmp_path, monkeypatch):
    from referee_calib.table_agreement import significance_tests

    monkeypatch.setattr(significance_tests, "MOST_TESTED", 10)
    found = asked(write(tmp_path / "r.csv", [[0, 1], [1, 1], [2, 2]] * 4), "--scale", "0:2")["tests"]
    assert found["krippendorff_alpha_ordinal"]["p_value"] is None
    assert "table of this size" in found["krippendorff_alpha_ordinal"]["reason"]
