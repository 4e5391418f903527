"""An audit's alarm ends a real run of TRL; what cannot be looked at ends none, and is said."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from helpers_audit_status import DOCUMENT
from sample_replies import ROOT
from test_trl import constant, trainer

from referee_calib.audit import stop_on_alarm

_WRITE = "import json, sys, pathlib; from referee_calib.audit import write_status\n"
_WRITE += "write_status(pathlib.Path(sys.argv[1]), json.loads(sys.argv[2]))"


def write(path: Path, **change: object) -> None:
    """Write the status in another process, as audit watch does."""
    command = [sys.executable, "-c", _WRITE, str(path), json.dumps(DOCUMENT | change)]
    subprocess.run(command, check=True, cwd=ROOT)


def test_an_alarm_that_another_process_writes_ends_a_run(policy, tmp_path):
    path, seen = tmp_path / "audit_status.json", list[int]()

    def reward(completions, trainer_state, **columns):
        seen.append(trainer_state.global_step)
        if trainer_state.global_step == 2:  # people's ratings come while the third step is made
            write(path, state="alarm", sentence="Alarm in window 1.")
        return constant(completions)

    write(path)
    made = trainer(policy, tmp_path, reward, max_steps=8)
    made.add_callback(stop_on_alarm(path, every=1))
    made.train()
    assert made.state.global_step == 3
    assert max(seen) < 8


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "nobody watches this run"),
        ("{", "not the status of an audit"),
        ('{"state": "no alarm", "sentence": "", "checked": "yesterday"}', "not the status of an audit"),
        ('{"state": "no alarm", "sentence": "", "checked": "2026-01-01T00:00:00"}', "hours ago"),
    ],
)
def test_a_run_goes_on_where_nothing_can_be_looked_at_and_says_so(policy, tmp_path, caplog, content, said):
    path = tmp_path / "audit_status.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    made = trainer(policy, tmp_path, constant, max_steps=2)
    made.add_callback(stop_on_alarm(path))
    with caplog.at_level(logging.WARNING):
        made.train()
    assert made.state.global_step == 2
    assert said in caplog.text
