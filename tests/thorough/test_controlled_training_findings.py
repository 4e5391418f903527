"""The controlled training experiment comes out as its page says, with one seed and four of its rewards."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "controlled_training"))

from run_experiment import QUICK, run


def test_the_semantic_reward_needs_no_boxes_and_a_paid_exploit_takes_over(tmp_path):
    found = run(QUICK, 1, 1, tmp_path)
    end = {
        name: {what: found.end(name, what).value for what in ("iou", "relevance", "answer", "exploit")}
        for name in QUICK
    }
    assert abs(end["semantic"]["iou"] - end["iou"]["iou"]) < 0.05
    assert end["semantic"]["iou"] > end["constant"]["iou"] + 0.2
    assert end["semantic"]["relevance"] > end["iou"]["relevance"] + 0.05
    assert end["semantic"]["answer"] > end["constant"]["answer"] - 0.05
    assert end["corner"]["exploit"] > 0.9
    assert end["semantic"]["exploit"] < 0.02
    assert found.examined["corner"]["exploit_gain"] > 0.2 > found.examined["semantic"]["exploit_gain"]
