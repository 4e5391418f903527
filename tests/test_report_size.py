"""A report of a large study stays a page that opens at once."""

import numpy as np
from helpers_report import small_report

from referee_calib.analysis.human_agreement.agreement_results import ExcludedRows
from referee_calib.analysis.reward_behaviour.reward_results import RolloutRewards
from referee_calib.report import render_html

ROLLOUTS = 10_000


def test_the_page_of_ten_thousand_claims_stays_below_five_megabytes():
    dice = np.random.default_rng(2)
    paid = [
        RolloutRewards(f"rollout {i}", f"v{i // 5}.mp4", 1, float(a), "", float(b), "")
        for i, (a, b) in enumerate(dice.random((ROLLOUTS, 2)))
    ]
    failed = [RolloutRewards(f"f{i}", "v.mp4", 1, None, f"error: reply {i} was cut", None, "") for i in range(ROLLOUTS)]
    # the worst that losses can be: every row with a reason of its own, and all of 10,000 under one
    lost = [
        ExcludedRows("relevance", "failed score", f"error: reply {i} was cut", (f"claim-{i:016x}",))
        for i in range(ROLLOUTS)
    ]
    lost.append(
        ExcludedRows(
            "relevance", "claim with a single rating", "alone", tuple(f"claim-{i:016x}" for i in range(ROLLOUTS))
        )
    )
    report = small_report(rewards=(*paid, *failed), losses=tuple(lost))
    page = render_html(report)
    assert len(page.encode()) < 5_000_000
    assert "9,941 further reasons with 19,940 rows in report.json" in page  # 10,001 − 60 reasons; 9,940 and 10,000 rows
    assert "and 9,940 further reasons in report.json" in page  # why rollouts were not paid: 10,000 − 60
    assert len(report["excluded_rows"]) == ROLLOUTS + 1  # nothing is lost from the data
