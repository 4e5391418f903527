"""Ten raters at once on the real app by its real protocols: every confirmed act is stored once, whatever dies."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_postgresql import PASSWORD, running_server

pytest.importorskip("streamlit")

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "annotate.py"
ENOUGH = 60  # acts


def rated(*options, home, **environment):
    """Run the benchmark, which holds the database against what the servers confirmed; return what it printed."""
    stated = ["--raters", "10", "--think", "0.3", "--claims", "400", *options]
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), *stated],
        env={**os.environ, "HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost, doubled or changed: 0." in done.stdout
    return done.stdout


def n_acts(printed):
    return int(re.search(r"^Of (\d+) confirmed acts", printed, re.MULTILINE)[1])


def test_nothing_is_lost_or_doubled_in_one_process(tmp_path):
    printed = rated("--seconds", "60", "--acts", str(ENOUGH), home=tmp_path)
    assert n_acts(printed) >= ENOUGH


def test_one_of_three_processes_is_killed_while_people_rate(tmp_path):
    with running_server() as server:
        printed = rated(
            *("--processes", "3", "--database", server.url, "--seconds", "24", "--kill"),
            home=tmp_path,
            PGPASSWORD=PASSWORD,
        )
    assert n_acts(printed) >= 20
    assert int(re.search(r"Connections made anew: (\d+)", printed)[1]) >= 3  # a third of ten raters lost their server
