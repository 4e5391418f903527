"""What ``agree`` says of a table, in print, as JSON and as a page: what each figure is of, and no more than that."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from helpers_agree import asked, run, said, write

from agreement import holm

pytestmark = pytest.mark.thorough

RNG = np.random.default_rng(4)
TRUTH = RNG.integers(0, 5, 64)
TABLE = np.where(RNG.random((64, 4)) < 0.6, TRUTH[:, None], RNG.integers(0, 5, (64, 4)))
PEOPLE = ("anna", "ben", "chris", "gpt")
EMOTIONS = np.array(["anger", "disgust", "fear", "joy", "sadness"])
GERMAN = dict(zip(EMOTIONS, ["Wut", "Ekel", "Angst", "Freude", "Trauer"], strict=True))
ORDERED = ("icc_", "kendall", "spearman", "pearson", "lin_ccc", "linear", "quadratic", "ordinal", "interval")


@pytest.fixture
def numbers(tmp_path):
    return write(tmp_path / "ratings.csv", TABLE, PEOPLE)


@pytest.fixture
def words(tmp_path):
    return write(tmp_path / "words.csv", EMOTIONS[TABLE], PEOPLE)


def text(*arguments):
    """What is printed, on one line."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split())


def test_names_have_statistics_of_names_alone(words):
    found = asked(words, "--level", "nominal", "--referee", "gpt")
    for side in ("people", "referee", "difference", "ceiling"):
        assert [name for name in found[side] if any(part in name for part in ORDERED)] == []
    assert (found["leniency"], found["noise_ceilings"]) == (None, None)
    for person in found["raters"].values():
        assert "leniency" not in person
        assert "severity" not in person
    shown = text(words, "--level", "nominal", "--referee", "gpt").lower()
    for word in ("pearson", "spearman", "noise ceiling", "minus rater", "quadratic", "icc("):
        assert word not in shown, word
    assert "names have no order" in shown


def test_translated_names_have_the_same_statistics(tmp_path, words):
    other = write(tmp_path / "german.csv", np.vectorize(GERMAN.get)(EMOTIONS[TABLE]), PEOPLE)
    ask = ("--level", "nominal", "--referee", "gpt")
    english, german = asked(words, *ask), asked(other, *ask)
    for side in ("people", "referee", "difference", "ceiling"):
        for name, one in english[side].items():
            for field in ("value", "low", "high"):
                assert german[side][name][field] == pytest.approx(one[field], abs=1e-12), (side, name, field)
    ours, theirs = english["categories"]["specific_agreement"], german["categories"]["specific_agreement"]
    assert {GERMAN[name]: one["value"] for name, one in ours.items()} == pytest.approx(
        {name: one["value"] for name, one in theirs.items()}
    )


def test_names_have_specific_agreement_and_confusion_instead(words):
    found = asked(words, "--level", "nominal", "--referee", "gpt")["categories"]
    assert found["categories"] == list(EMOTIONS)
    expected = [[int(((TABLE[:, :3] == a) & (TABLE[:, 3:] == b)).sum()) for b in range(5)] for a in range(5)]
    assert found["pairs_with_referee"] == expected
    pairs = [(j, k) for j in range(3) for k in range(3) if j != k]
    both = sum(((TABLE[:, j] == 2) & (TABLE[:, k] == 2)).sum() for j, k in pairs)
    assert found["pairs"][2][2] == both
    possible = sum((TABLE[:, j] == 2).sum() for j, _ in pairs)
    assert found["specific_agreement"]["fear"]["value"] == pytest.approx(both / possible)
    given = (TABLE[:, :3] == 3).sum() + 3 * (TABLE[:, 3] == 3).sum()
    assert found["specific_agreement_with_referee"]["joy"]["value"] == pytest.approx(2 * expected[3][3] / given)
    assert found["given"]["gpt"] == np.bincount(TABLE[:, 3]).tolist()
    shown = text(words, "--level", "nominal", "--referee", "gpt")
    assert "Specific agreement: where one rater gave the category" in shown


def test_pairwise_agreement_is_called_so_and_stands_beside_the_units_on_which_all_agree(numbers, tmp_path):
    found = asked(numbers, "--scale", "0:4")["people"]
    assert found["unanimous_agreement"]["value"] == pytest.approx(np.mean(np.ptp(TABLE, axis=1) == 0))
    shown = run(numbers, "--scale", "0:4").stdout
    assert re.search(r"Pairwise agreement +0\.\d{3} \[", shown)
    assert re.search(r"Units on which all raters agree +0\.\d{3} \[", shown)
    two = write(tmp_path / "two.csv", TABLE[:, :2], PEOPLE[:2])
    assert "unanimous_agreement" not in asked(two, "--scale", "0:4")["people"]
    assert "Agreement of the two raters" in run(two, "--scale", "0:4").stdout


def test_a_table_says_method_population_pairing_null_and_correction(numbers):
    shown = text(numbers, "--scale", "0:4", "--referee", "gpt")
    for words in (
        "95 % intervals: jackknife-t",
        "over units, each taken as independent. They speak of these raters",
        "Means over the 3 pairs of raters: Cohen's kappa, unweighted",
        "ICC(2,k), k = 3",
        "Both sides are means over pairs of raters, on the 64 units",
        "p: two-sided, of the hypothesis “difference = 0”, by ",
        "p (Holm) is corrected for the 4 coefficients of this table",
    ):
        assert words in shown, words


def test_p_values_are_corrected_over_what_is_printed_and_raw_ones_are_kept(numbers):
    found = asked(numbers, "--scale", "0:4", "--referee", "gpt")
    family = found["settings"]["holm_family"]
    assert family == [
        *("percent_agreement", "cohen_kappa_quadratic", "krippendorff_alpha_ordinal", "gwet_ac2_quadratic")
    ]
    raw = [found["difference"][name]["p_value"] for name in family]
    assert [found["difference"][name]["p_holm"] for name in family] == pytest.approx(holm(raw))
    outside = found["difference"]["fleiss_kappa"]
    assert outside["p_holm"] is None
    assert outside["p_value"] is not None


def test_a_level_that_nobody_gave_is_said_with_its_consequence(numbers, tmp_path):
    assert "No --level was given: ordinal is assumed, so that near misses count in part." in text(numbers)
    assert "No --level was given" not in text(numbers, "--level", "ordinal")
    assert asked(numbers)["settings"]["level_assumed"] is True
    binary = text(write(tmp_path / "binary.csv", (TABLE > 2).astype(int), PEOPLE))
    assert "weighted kappa, AC2 and ordinal alpha equal unweighted kappa, AC1 and nominal alpha" in binary
    people = asked(tmp_path / "binary.csv")["people"]
    assert people["gwet_ac2_quadratic"]["value"] == pytest.approx(people["gwet_ac1"]["value"])
    assert people["krippendorff_alpha_ordinal"]["value"] == pytest.approx(people["krippendorff_alpha_nominal"]["value"])


def test_an_interval_that_is_missing_has_its_reason_in_its_place(tmp_path):
    path = write(tmp_path / "one.csv", TABLE, PEOPLE, cluster=["v"] * 64)
    lines = run(path, "--scale", "0:4").stdout.splitlines()
    (line,) = [line for line in lines if line.strip().startswith("Fleiss' kappa")]
    assert re.search(r"0\.\d{3} \(see 1\)$", line)  # said once for all, right below the table
    assert any(re.match(r"\s+\(1\) no interval: only 1 independent group", line) for line in lines)
    shown = " ".join(" ".join(lines).split())
    assert "1 cluster: nothing shows how much another would differ" in shown
    assert "With 1 cluster no interval can be given" in shown


def test_few_clusters_allow_no_claim(tmp_path):
    poor = np.column_stack([TRUTH, TRUTH, TRUTH, np.random.default_rng(5).integers(0, 5, 64)])
    poor[::9, 1] = 0
    few = write(tmp_path / "few.csv", poor, PEOPLE, cluster=[f"v{u % 12}" for u in range(64)])
    many = write(tmp_path / "many.csv", poor, PEOPLE, cluster=[f"v{u}" for u in range(64)])
    ask = ("--scale", "0:4", "--referee", "gpt")
    assert "12 clusters are too few to tell whether gpt agrees with people" in text(few, *ask)
    assert "agrees with these people less" not in text(few, *ask)
    assert "gpt agrees with these people less than they do with each other" in text(many, *ask)


def test_a_referee_who_equals_a_person_is_remarked_and_nothing_is_claimed(tmp_path):
    copied = TABLE.copy()
    copied[:, 3] = copied[:, 0]
    path = write(tmp_path / "copied.csv", copied, PEOPLE)
    shown = run(path, "--scale", "0:4", "--referee", "gpt").stdout
    assert shown.split("\n\n")[1].startswith("gpt equals anna on all 64 units that both rated")
    assert "agrees with these people" not in shown
    assert any("gpt equals anna" in note for note in asked(path, "--scale", "0:4", "--referee", "gpt")["notes"])


def test_what_may_be_wrong_with_the_ratings_is_asked_above_everything(tmp_path):
    coded = np.where(np.random.default_rng(5).random((64, 3)) < 0.1, -1, TABLE[:, :3])
    head, _, rest = run(write(tmp_path / "coded.csv", coded)).stdout.partition("AGREEMENT OF THE RATERS")
    assert "looks like a code for a missing rating" in " ".join(head.split())
    assert "looks like a code for a missing rating" not in " ".join(rest.split())


def test_equality_near_the_ceiling_is_no_wonder(tmp_path):
    ones = np.ones((60, 4), dtype=int)
    ones[3, 0] = ones[3, 3] = ones[7, 1] = 0
    path = write(tmp_path / "ones.csv", ones, PEOPLE)
    found = asked(path, "--level", "nominal", "--referee", "gpt")
    assert not any("gpt equals anna" in note for note in found["notes"])


def test_a_crowded_category_is_explained_where_coefficients_part(tmp_path):
    crowded = (np.random.default_rng(5).random((80, 3)) < 0.95).astype(int)
    shown = text(write(tmp_path / "crowded.csv", crowded), "--level", "nominal")
    assert "Gwet's AC1 (0.9" in shown
    assert "of the ratings are 1, and the two count chance differently" in shown


def test_each_rater_is_compared_with_the_rest(numbers):
    found = asked(numbers, "--scale", "0:4")["raters"]
    others = [np.mean(TABLE[:, 0] == TABLE[:, k]) for k in (1, 2, 3)]
    assert found["anna"]["rest"]["percent_agreement"]["value"] == pytest.approx(np.mean(others))
    assert found["anna"]["rest"]["percent_agreement"]["low"] < np.mean(others)
    assert found["anna"]["severity"]["value"] == pytest.approx((TABLE[:, 0] - TABLE.mean(axis=1)).mean())
    with_referee = asked(numbers, "--scale", "0:4", "--referee", "gpt")["raters"]
    assert set(with_referee["ben"]["leave_one_out"]) >= {"percent_agreement", "cohen_kappa_quadratic"}


def test_units_of_a_coefficient_are_said_where_they_are_fewer(tmp_path):
    gaps = TABLE.astype(object)
    gaps[:20, 2] = np.nan
    lines = run(write(tmp_path / "gaps.csv", gaps, PEOPLE), "--scale", "0:4").stdout.splitlines()
    line = next(line for line in lines if line.strip().startswith("Kendall's W"))
    assert line.endswith(" 44")
    alpha = next(line for line in lines if line.strip().startswith("Krippendorff's alpha, ordinal  "))
    assert not alpha.rstrip().endswith(" 64")


def test_the_paragraph_holds_the_numbers_of_the_table(numbers):
    found = asked(numbers, "--scale", "0:4", "--referee", "gpt")
    paragraph = text(numbers, "--scale", "0:4", "--referee", "gpt").split("FOR A PAPER ")[1].split(" References")[0]
    alpha, kappa = found["people"]["krippendorff_alpha_ordinal"], found["difference"]["cohen_kappa_quadratic"]
    for words in (
        "Three raters rated 64 units on an ordinal scale of five levels, 0 to 4: 192 ratings, none missing.",
        f"Krippendorff's alpha (ordinal) was {alpha['value']:.3f} [{alpha['low']:.3f}, {alpha['high']:.3f}]",
        f"a difference of {kappa['value']:+.3f}".replace("-", "−"),
        f"p = {kappa['p_holm']:.3f} after Holm's correction over four coefficients",
        "they speak of these raters",
        "Computed with referee-calib ",
    ):
        assert words in paragraph, words


class Reader(HTMLParser):
    """Elements, their attributes, and the text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.attributes = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


def page(path, *arguments):
    assert run(*arguments, "--report", path).exit_code == 0
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_the_page_asks_nobody_and_runs_nothing(numbers, tmp_path):
    found = page(tmp_path / "new" / "page.html", numbers, "--scale", "0:4", "--referee", "gpt")
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(found.tags)
    outside = [
        value
        for name, value in found.attributes
        if value and re.match(r"https?:", value) and name not in ("href", "xmlns", "xmlns:xlink")
    ]
    assert outside == []
    assert found.tags.count("svg") > 1
    shown = " ".join(" ".join(found.text).split())
    for words in (
        "People with each other and with gpt",
        "For a paper",
        "Prevalence",
        "Each rater with the other people",
    ):
        assert words in shown, words


def test_labels_and_names_of_a_file_are_never_markup(tmp_path):
    evil = np.array(["<script>alert(1)</script>", "<b>bold</b>", "a|b", "$x$", "plain"])
    names = ("<i>anna</i>", "ben & co", "chris", "</title><script>x()</script>")
    path = write(tmp_path / "evil.csv", evil[TABLE], names)
    ask = (path, "--level", "nominal", "--referee", names[3])
    found = page(tmp_path / "page.html", *ask)
    assert not {"script", "i", "title2"} & set(found.tags)
    source = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert source.count("</title>") == source.count("<title")
    shown = "".join(found.text)
    for label in (*evil, *names[:3]):
        assert label in shown, label
    assert run(*ask, "--report", tmp_path / "page.md").exit_code == 0
    markdown = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "<script>" not in markdown
    assert "a\\|b" in markdown


def test_the_page_says_what_is_printed(numbers, tmp_path):
    ask = (numbers, "--scale", "0:4", "--referee", "gpt")
    shown = " ".join(" ".join(page(tmp_path / "page.html", *ask).text).split())
    printed = [line.strip() for line in run(*ask).stdout.splitlines()]
    intervals = [found for line in printed for found in re.findall(r"−?\d\.\d{3} \[", line)]
    assert len(intervals) > 50
    for one in intervals:
        assert one.removesuffix(" [") in shown


def test_a_page_is_html_or_markdown_and_the_same_each_time(numbers, tmp_path):
    assert "a page is HTML or Markdown" in said(run(numbers, "--report", tmp_path / "page.pdf"))
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    assert run(numbers, "--report", first, "--report", second).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    assert json.loads(run(numbers, "--json", "--report", first).stdout)["counts"]["units"] == 64


def test_measurements_have_a_page_too(tmp_path):
    seconds = (TRUTH[:, None] * 3.1 + np.random.default_rng(5).normal(0, 1, (64, 3))).round(3)
    path = write(tmp_path / "seconds.csv", np.vstack([seconds, seconds[::-1] + 0.5]), PEOPLE[:3])
    found = page(tmp_path / "page.html", path, "--level", "interval", "--referee", "chris")
    shown = " ".join(" ".join(found.text).split())
    assert "The values are measurements" in shown
    assert "chris minus rater" in shown
    assert "Categories" not in shown


def test_numbers_may_be_names(tmp_path, words):
    """Codes such as 3, 1, 2 that are met in no order are names like any other."""
    coded = write(tmp_path / "codes.csv", np.array([40, 7, 300, 2, 19])[TABLE], PEOPLE)
    ask = ("--level", "nominal", "--referee", "gpt")
    found, named = asked(coded, *ask), asked(words, *ask)
    for name, one in named["difference"].items():
        for field in ("value", "low", "high", "p_value"):
            assert found["difference"][name][field] == pytest.approx(one[field], abs=1e-12), (name, field)
