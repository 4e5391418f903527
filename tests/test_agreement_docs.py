"""The package explains itself: examples run, public functions say formula and source, importing costs numpy."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_agreement import EVERY

import agreement

COEFFICIENTS = [*EVERY, "light_kappa", "scott_pi"]
FOLDER = Path(agreement.__file__).parent
MODULES = sorted(
    ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts)
    for path in FOLDER.rglob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_say(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_a_coefficient_gives_formula_source_and_example(name):
    text = getattr(agreement, name).__doc__
    for part in (".. math::", "Parameters", "Returns", "References", "Examples", ">>>"):
        assert part in text, part


def test_all_names_exist_once():
    assert len(set(agreement.__all__)) == len(agreement.__all__)
    assert all(hasattr(agreement, name) for name in agreement.__all__)


def test_importing_costs_numpy_and_no_more():
    heavy = ["scipy", "pandas", "statsmodels", "matplotlib", "cv2", "sklearn", "krippendorff"]
    code = f"import sys, agreement; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
