"""Draw docs/pictures/grpo_tiny.svg: the reward over the steps of the tiny GRPO runs, one line for each seed.

    python benchmarks/grpo_tiny.py && python docs/make_training_picture.py

It reads the curves.json that the benchmark wrote.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from referee_calib.report.figures import svg_figure as fig

PICTURE = Path(__file__).with_name("pictures") / "grpo_tiny.svg"
CURVES = Path(__file__).parents[1] / "benchmarks" / "results" / "grpo_tiny" / "curves.json"
WINDOW = 10  # steps of the moving mean
TITLE = "Reward in training, three seeds"
ALT = "Mean reward over the steps of GRPO, a moving mean of ten steps for each of the seeds"


def main() -> None:
    """Draw it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("curves", type=Path, nargs="?", default=CURVES)
    told = json.loads(parser.parse_args().curves.read_text(encoding="utf-8"))
    with fig.style():
        figure, (axes,) = fig.panel(2.6, width=5.0)
        draw(axes, told["seeds"])
        svg = fig.finish(figure, axes, key="grpo_tiny", title=TITLE, alt=ALT, simulated=False).svg
    svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" width="480" height="250" ', 1)
    svg = re.sub(r' class="plot"', ' style="background:#fff;font-family:sans-serif"', svg, count=1)
    PICTURE.write_text(svg, encoding="utf-8")


def draw(axes: Axes, seeds: list[dict[str, Any]]) -> None:
    """Draw every step faintly and the moving mean over it."""
    for seed, curve in enumerate(seeds):
        rewards = np.array(curve["reward"])
        steps = np.arange(1, len(rewards) + 1)
        axes.plot(steps, rewards, color=fig.FAINT, lw=0.6)
        means = np.convolve(rewards, np.ones(WINDOW) / WINDOW, "valid")
        style = ("-", (0, (5, 2)), (0, (1, 1)))[seed % 3]
        axes.plot(steps[WINDOW - 1 :], means, color=fig.REFEREE, linestyle=style, label=f"seed {seed}")
    axes.set(xlabel="step", ylabel="mean reward", xlim=(0, len(seeds[0]["reward"])), ylim=(0, 1))
    axes.legend(frameon=False, fontsize=8, loc="lower right", ncols=len(seeds))


if __name__ == "__main__":
    main()
