"""docs/reference/perturbations.md names every family once, with its own expectation and the δ0 that the code gives."""

import re
from pathlib import Path

from referee_calib.perturbation import DELTAS, KINDS, MAGNITUDES
from referee_calib.records import Claim

TEXT = (Path(__file__).parent.parent / "docs" / "reference" / "perturbations.md").read_text()
SECTIONS = {"Graded": "same", "Nothing that matters": "same", "Wrong evidence": "lower"}


def rows(section):
    """Give the families named in a section's table, each with the cells of its line."""
    part = next(p for p in TEXT.split("\n## ") if p.startswith(section))
    for line in part.splitlines():
        if line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            extra = re.findall(r"`(paraphrase_\w+)`", cells[1])
            for family in [*re.findall(r"`(\w+)`", cells[0]), *extra]:
                yield family, cells


def test_every_family_is_there_once_with_what_it_expects():
    named = [(family, expects) for section, expects in SECTIONS.items() for family, _ in rows(section)]
    assert sorted(named) == sorted((key, kind.expects) for key, kind in KINDS.items())


def test_small_changes_are_those_of_the_code():
    for family, cells in rows("Graded"):
        small = KINDS[family].small()
        assert cells[3] == ("1 frame" if KINDS[family].unit == "frames" else f"{small:.3f}".removeprefix("0"))


def test_magnitudes_are_those_of_the_code():
    assert "0, .01, .02, .05, .1, .15, .2, .3, .5, .75, 1, 1.5 and 2" in TEXT
    assert DELTAS == (0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2)
    assert "0, .02, .05, .1, .15, .2, .3 … .9" in TEXT
    assert MAGNITUDES["1 - IoU"] == (0, 0.02, 0.05, 0.1, 0.15, 0.2, *(i / 10 for i in range(3, 10)))
    assert "`frames` takes 0, 1, 2, 3, 5, 8, 13 and 21" in TEXT
    assert MAGNITUDES["frames"] == (0, 1, 2, 3, 5, 8, 13, 21)


def test_the_example_runs():
    code = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)[0]
    names = {"claim": Claim(video="a.mp4", question="q", boxes=((1.0, 0.4, 0.4, 0.5, 0.5),))}
    exec(compile(code, "docs/reference/perturbations.md", "exec"), names)
    assert abs(names["changed"].boxes[0][1] - 0.4) > 0.0099
    assert names["step"].expects == "not higher"
