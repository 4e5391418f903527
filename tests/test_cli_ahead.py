"""The second process that draws: the same page, and nothing worse when it is killed or not wanted."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from referee_calib.cli.analysis import figure_processes

REPORT = {"no": "report"}


def child(code: str) -> str:
    """Run code in a fresh process and return what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


SETUP = """
import os
from referee_calib.cli.analysis import figure_processes
def nothing(): pass
figure_processes._get_ready = nothing
"""


def test_a_fresh_process_draws_in_another_one() -> None:
    code = SETUP + (
        "def who(report, full=False): return str(os.getpid())\n"
        "figure_processes._here = who\n"
        "with figure_processes.rendering() as render: print(render({}) == str(os.getpid()))"
    )
    another = len(os.sched_getaffinity(0)) > 1
    assert child(code) == str(not another)


def test_a_process_that_has_loaded_numpy_draws_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_processes, "_here", lambda report: str(os.getpid()))
    import numpy as np  # noqa: F401

    with figure_processes.rendering() as render:
        assert render(REPORT) == str(os.getpid())


def test_a_killed_drawing_process_is_replaced_by_this_one() -> None:
    code = SETUP + (
        "import signal\n"
        "me = os.getpid()\n"
        "def here(report, full=False): return 'page' if os.getpid() == me else os.kill(os.getpid(), signal.SIGKILL)\n"
        "figure_processes._here = here\n"
        "with figure_processes.rendering() as render: print(render({}))"
    )
    assert child(code) == "page"


def test_a_process_that_cannot_get_ready_is_replaced_in_silence() -> None:
    code = SETUP + (
        "def broken(): raise ImportError('no drawing library')\n"
        "figure_processes._get_ready = broken\n"
        "figure_processes._here = lambda report: 'page'\n"
        "with figure_processes.rendering() as render: print(render({}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (done.stdout, done.stderr) == ("page\n", "")


def test_an_error_of_the_drawing_process_arrives_as_it_is() -> None:
    code = SETUP + (
        "from referee_calib.errors import InputError\n"
        "def broken(report, full=False): raise InputError('seen', 'why', 'do')\n"
        "figure_processes._here = broken\n"
        "try:\n"
        "    with figure_processes.rendering() as render: render({})\n"
        "except InputError as error: print(error)"
    )
    assert child(code) == "seen: why. do"


def test_two_processes_draw_what_one_does() -> None:
    code = (
        "import json, sys\n"
        "from referee_calib.cli.analysis import figure_processes\n"
        "with figure_processes.rendering() as render:\n"
        "    import numpy\n"
        "    from referee_calib.report.document.report_document import build\n"
        f"    sys.path.append({str(Path(__file__).parent)!r})\n"
        "    from helpers_report import make_analysis\n"
        "    from referee_calib.rubric import load\n"
        "    report = json.loads(json.dumps(build(make_analysis(), load())))\n"
        "    page = render(report)\n"
        "from referee_calib.report.html_page import render_html\n"
        "print(page == render_html(report), page.count('<svg ') > 4)"
    )
    assert child(code) == "True True"


def test_a_killed_third_process_costs_no_figure() -> None:
    code = (
        "import os, signal\n"
        "from referee_calib.cli.analysis import figure_processes\n"
        "def some(report, first, step):\n"
        "    if first: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return {'figures': step}\n"
        "def page(report, draw, full=False): return str(draw(report))\n"
        "def ready():\n"
        "    from referee_calib.report import html_page\n"
        "    from referee_calib.report.figures import report_figures\n"
        "    report_figures.some_figures = some\n"
        "    report_figures.all_figures = lambda report: some(report, 0, 1)\n"
        "    html_page.render_html = page\n"
        "    figure_processes._HELPERS.append(figure_processes.Copy(lambda: None))\n"
        "figure_processes._get_ready = ready\n"
        "with figure_processes.rendering() as render: print(render({}))"
    )
    alone = len(os.sched_getaffinity(0)) == 1
    assert alone or child(code) == "{'figures': 1}"


def test_copies_end_with_a_process_that_was_killed() -> None:
    code = (
        "import os, signal, sys, time\n"
        "from referee_calib.cli.analysis import figure_processes\n"
        "def ready():\n"
        "    figure_processes._HELPERS.append(figure_processes.Copy(lambda: None))\n"
        "    print(os.getpid(), figure_processes._HELPERS[0]._process.pid, flush=True)\n"
        "copy = figure_processes.Copy(ready)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        others = [int(number) for number in first.stdout.readline().split()]
        first.kill()
    until = time.monotonic() + 10
    while time.monotonic() < until and any(alive(number) for number in others):
        time.sleep(0.02)
    assert len(others) == 2
    assert [number for number in others if alive(number)] == []


def alive(number: int) -> bool:
    """Tell whether a process runs; one that has ended and that nobody has asked about does not."""
    status = Path(f"/proc/{number}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
