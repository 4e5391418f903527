"""The pages on continuous judges and on errors by human agreement: their blocks run and print what the pages say."""

import re
from pathlib import Path

import pytest

EXPLANATION = Path(__file__).parents[1] / "docs" / "explanation"


def printed(page, capsys):
    text = (EXPLANATION / f"{page}.md").read_text(encoding="utf-8")
    for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(compile(block, page, "exec"), {})
    return text, capsys.readouterr().out.splitlines()


def test_the_continuous_judge_of_the_page_is_recalibrated_without_bias(capsys):
    _, lines = printed("continuous_judges", capsys)
    assert lines[-1].startswith("levels recalibrated out of fold [1. 2. 3. 4. 5.]")
    assert float(lines[-1].split()[-1]) == pytest.approx(0, abs=0.02)


def test_the_planted_judges_of_the_page_err_as_it_says(capsys):
    text, lines = printed("error_by_agreement", capsys)
    agree = [line for line in lines if line.startswith("others agree")]
    assert agree == ["others agree 0.67 0.67 0.0 0.5", "others agree 3.0 0.67 2.33 0.9"]
    assert lines[-1] == "others differ by more than 1 level 1.0 2.0 -1.0 0.1"
    assert "3 where they agree against 2/3" in " ".join(text.split())
    assert "90 % of its error" in " ".join(text.split())
