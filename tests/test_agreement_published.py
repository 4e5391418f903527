"""Values printed in the literature, to the printed digits."""

import json
from pathlib import Path

import numpy as np
import pytest

import agreement
from agreement import Ratings, agreement_weights

VECTORS = Path(__file__).parent / "vectors"
ROWS = json.loads((VECTORS / "agreement_coefficients.json").read_text())
DIAGNOSES = ["Depression", "PersonalityDisorder", "Schizophrenia", "Neurosis", "Other"]
NAMES = {
    "pa": "percent_agreement",
    "gwet": "gwet_ac",
    "fleiss": "fleiss_kappa",
    "conger": "conger_kappa",
    "bp": "brennan_prediger",
    "fleiss_kappa_category": "fleiss_kappa",
}


def load(name):
    path = VECTORS / f"{name}.csv"
    if name.startswith(("cohen", "feinstein", "gwet_cont")):
        return Ratings.from_contingency(np.loadtxt(path, delimiter=","))
    if name.endswith("counts"):
        return Ratings.from_counts(np.loadtxt(path, delimiter=","))
    x = np.genfromtxt(path, delimiter=",", skip_header=1)
    return Ratings.from_array(x, scale=range(int(np.nanmin(x)), int(np.nanmax(x)) + 1))


def level_of(params, scale):
    if "weights" in params:
        weights = agreement_weights(params["weights"], scale)
        return lambda a, b: 1 - weights[scale.index(a), scale.index(b)]
    low, high = scale[0], scale[-1]
    special = {
        "circular": lambda a, b: np.sin(np.pi * (a - b) / len(scale)) ** 2,
        "bipolar": lambda a, b: (a - b) ** 2 / ((a + b - 2 * low) * (2 * high - a - b)),
    }
    return special.get(params["level"], params["level"])


def compute(row):
    ratings, params = load(row["dataset"]), row["params"]
    interval = None if params.get("quantity", "estimate") == "estimate" else "analytic"
    if row["coefficient"] in ("kripp", "krippendorff_alpha"):
        return agreement.krippendorff_alpha(ratings, level=level_of(params, ratings.scale), interval=interval)
    function = getattr(agreement, NAMES.get(row["coefficient"], row["coefficient"]))
    weights = None if params.get("weights", "none") == "none" else params["weights"]
    found = function(ratings, weights=weights, interval=interval)
    return found.parts[str(DIAGNOSES.index(params["category"]) + 1)] if "category" in params else found


def value_of(row):
    found = compute(row)
    if row["params"].get("quantity", "estimate") == "estimate":
        return found.value
    if row["dataset"] == "gwet_cont3x3abstractors" and row["coefficient"] != "cohen_kappa":
        return found.standard_error * np.sqrt(99 / 100)  # the source divides by n = 100 for cross-tables
    return found.standard_error


def label(row):
    return "-".join(map(str, (row["dataset"], row["coefficient"], *row["params"].values())))


@pytest.mark.parametrize("row", [r for r in ROWS if r["published"] is not None], ids=label)
def test_published_value_to_its_printed_digits(row):
    digits = len(str(row["published"]).partition(".")[2])
    assert round(value_of(row), digits) == row["published"]


@pytest.mark.parametrize("row", [r for r in ROWS if r["computed"] is not None], ids=label)
def test_value_that_independent_implementations_agree_on(row):
    tolerance = 5e-6 if row["note"] == "known to five decimals" else 1e-12
    assert value_of(row) == pytest.approx(row["computed"], abs=tolerance)
