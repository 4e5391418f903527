"""Tables of figures: for a terminal, in Markdown, in LaTeX and as exact values."""

import pytest

from agreement import Estimate
from referee_calib.benchmark.statistics.figure_tables import (
    difference_json,
    differences_table,
    estimate_json,
    figures_table,
    transposed,
)
from referee_calib.benchmark.statistics.figures import mean_of
from referee_calib.benchmark.statistics.paired_differences import PairedDifference
from referee_calib.benchmark.statistics.table_formats import (
    latex,
    table_latex,
    table_markdown,
    table_text,
)

ACC = mean_of("acc", "Acc")
TIOU = mean_of("tiou", "m_tIoU", group="Chain 1")
SCORE = mean_of("score", "Score", percent=False)


def found(value, reach=0.05):
    return Estimate(value, value - reach, value + reach, method="m")


ROWS = {
    "base_1": {"acc": found(0.61), "tiou": Estimate.undefined("no spans"), "score": found(1.5)},
    "ours": {"acc": found(0.644), "tiou": found(0.25)},
}
TABLE = figures_table("figs", "A & B, 95 %.", [ACC, TIOU, SCORE], ROWS)


def test_a_terminal_gets_aligned_columns():
    assert table_text(TABLE).splitlines() == [
        "A & B, 95 %.",
        "",
        "System                Acc    Chain 1: m_tIoU           Score",
        "-" * 60,
        "base_1  61.0 [56.0, 66.0]                  –  1.5 [1.4, 1.6]",
        "ours    64.4 [59.4, 69.4]  25.0 [20.0, 30.0]",
        "–: no spans",
    ]
    assert table_text(transposed(TABLE, "Figure")).splitlines()[2].split() == ["Figure", "base_1", "ours"]


def test_markdown_says_why_a_figure_is_missing():
    lines = table_markdown(TABLE).splitlines()
    assert lines[2] == r"| System | Acc | Chain 1: m\_tIoU | Score |"
    assert lines[4] == r"| base\_1 | 61.0 \[56.0, 66.0\] | – (no spans) | 1.5 \[1.4, 1.6\] |"


def test_a_paper_gets_booktabs_groups_and_the_best_in_bold():
    text = table_latex(TABLE)
    assert r"\caption{A \& B, 95 \%.}" in text
    assert r" & \multicolumn{1}{c}{} & \multicolumn{1}{c}{Chain 1} & \multicolumn{1}{c}{} \\" in text
    assert r"\cmidrule(lr){3-3}" in text
    assert r"System & Acc & m\_tIoU & Score \\" in text
    assert r"base\_1 & \withinterval{61.0}{[56.0, 66.0]} & -- & \withinterval{1.5}" in text
    assert r"ours & \withinterval{\textbf{64.4}}{[59.4, 69.4]} & \withinterval{25.0}" in text  # one alone: none
    assert text.count("{") == text.count("}")
    assert latex(r"a_b\{~^<−") == r"a\_b\textbackslash{}\{\textasciitilde{}\textasciicircum{}$<$$-$"


def test_exact_values_are_shares_with_their_limits():
    rows = list(TABLE.records())
    assert rows[0] == {
        "system": "base_1",
        "figure": "acc",
        "value": 0.61,
        "low": pytest.approx(0.56),
        "high": pytest.approx(0.66),
        "reason": None,
        "best": False,
    }
    assert estimate_json(found(0.5)) == {"value": 0.5, "low": 0.45, "high": 0.55}
    assert estimate_json(Estimate.undefined("why"))["reason"] == "why"


def test_a_row_of_differences_has_both_p_values():
    one = PairedDifference("acc", "base", "ours", found(0.034, 0.02), 0.0004, 0.0123, "swap test", 2094, 3)
    table = differences_table("d", "Differences.", [ACC], [one])
    assert table_text(table).splitlines()[-1].split("  ")[0] == "ours − base, Acc"
    assert table_text(table).splitlines()[-1].endswith("+3.4 [1.4, 5.4]  < 0.001     0.012  2,094")
    assert difference_json(one)["p_holm"] == 0.0123
    assert difference_json(one)["left_out"] == 3


def test_a_name_that_begins_as_an_option_of_latex_is_a_name():
    table = figures_table("figs", "A.", [ACC], {"[2] a|b": {"acc": found(0.6)}, "*": {"acc": found(0.7)}})
    rows = [line for line in table_latex(table).splitlines() if "withinterval{" in line and "&" in line]
    assert [line.partition(" &")[0] for line in rows[-2:]] == [r"{}[2] a\textbar{}b", "{}*"]
