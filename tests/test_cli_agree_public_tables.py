"""``agree`` on the tables a researcher finds first: the values that R's irr and Landis and Koch (1977) print of them.

irr 0.84.1 on its data sets anxiety, video and diagnoses: ``icc``, ``kendall``, ``agree``, ``kappam.fleiss``.
"""

from pathlib import Path

import numpy as np
import pytest
from helpers_agree import asked, run, write

pytestmark = pytest.mark.thorough

VECTORS = Path(__file__).parent / "vectors"
RATERS = "rater1,rater2,rater3"
# Two neurologists, New Orleans down and Winnipeg across: certain, probable, possible, doubtful multiple sclerosis.
WINNIPEG_PATIENTS = [[38, 5, 0, 1], [33, 11, 3, 0], [10, 14, 5, 6], [3, 7, 3, 10]]
NEW_ORLEANS_PATIENTS = [[5, 3, 0, 0], [3, 11, 4, 0], [2, 13, 3, 4], [1, 2, 4, 14]]


def near(value):
    return pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(
    ("file", "wide", "forms", "w", "all_agree"),
    [
        (
            *("irr_anxiety_20x3.csv", RATERS),
            {"1_1": (0.175, -0.077, 0.484), "2_1": (0.198, -0.039, 0.494), "3_1": (0.216, -0.046, 0.522)},
            *(0.540, 0.0),
        ),
        (
            *("irr_video_20x4.csv", f"{RATERS},rater4"),
            {"1_1": (0.113, -0.062, 0.377), "2_1": (0.157, -0.002, 0.402), "3_1": (0.196, -0.000, 0.466)},
            *(0.392, 0.35),
        ),
    ],
)
def test_anxiety_and_video_have_the_values_of_irr(file, wide, forms, w, all_agree):
    found = asked(VECTORS / file, "--wide", wide, "--scale", "1:6")
    for form, (value, low, high) in forms.items():
        one = found["people"][f"icc_{form}"]
        assert (one["value"], one["low"], one["high"]) == (near(value), near(low), near(high))
    assert found["people"]["icc_2_1"]["population"] == "raters like these"
    assert found["people"]["icc_3_1"]["population"] == "these raters"
    assert found["people"]["kendall_w"]["value"] == near(w)
    assert found["people"]["unanimous_agreement"]["value"] == near(all_agree)
    shown = " ".join(run(VECTORS / file, "--wide", wide, "--scale", "1:6").stdout.split())
    assert "Only 20 units: intervals from fewer than 30 are rough" in shown
    assert "raters like these" in shown


def test_anxiety_is_tested_as_irr_tests_it():
    tests = asked(VECTORS / "irr_anxiety_20x3.csv", "--wide", RATERS, "--scale", "1:6")["tests"]
    assert tests["icc_3_1"]["statistic"] == near(1.8268)
    assert tests["icc_3_1"]["p_value"] == near(0.0562)
    assert tests["icc_3_1"]["degrees_of_freedom"] == [19, 38]


def test_diagnoses_have_the_values_of_irr(tmp_path):
    table = np.genfromtxt(VECTORS / "fleiss1971_diagnoses_30x6.csv", delimiter=",", skip_header=1, dtype=int)
    names = np.array(["", "Depression", "Personality Disorder", "Schizophrenia", "Neurosis", "Other"])
    path = write(tmp_path / "diagnoses.csv", names[table])
    found = asked(path, "--level", "nominal")
    people, by_label = found["people"], found["categories"]["fleiss_kappa"]
    assert people["fleiss_kappa"]["value"] == near(0.430)
    assert people["conger_kappa"]["value"] == near(0.442)
    assert people["unanimous_agreement"]["value"] == near(5 / 30)
    values = {name: round(one["value"], 3) for name, one in by_label.items()}
    assert values == {
        "Depression": 0.245,
        "Personality Disorder": 0.245,
        "Schizophrenia": 0.520,
        "Neurosis": 0.471,
        "Other": 0.566,
    }
    shown = run(path, "--level", "nominal").stdout
    assert "Six raters rated 30 units into five categories without an order" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("counts", "kappa"), [(WINNIPEG_PATIENTS, 0.208), (NEW_ORLEANS_PATIENTS, 0.297)], ids=["Winnipeg", "New Orleans"]
)
def test_the_neurologists_of_landis_and_koch_have_their_kappas(tmp_path, counts, kappa):
    pairs = [(a + 1, b + 1) for a in range(4) for b in range(4) for _ in range(counts[a][b])]
    path = write(tmp_path / "neurologists.csv", pairs, ["New Orleans", "Winnipeg"])
    found = asked(path, "--level", "nominal")
    assert found["people"]["cohen_kappa"]["value"] == near(kappa)
    assert found["categories"]["pairs"] == counts
    assert found["tests"]["marginal_homogeneity"]["method"] == "Stuart–Maxwell"
    assert "Units by what New Orleans (down) and Winnipeg (across) gave." in run(path, "--level", "nominal").stdout
