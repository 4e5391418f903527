"""Two processes of one run, as accelerate and torchrun start them: each has a reward and a log file of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from sample_replies import ROOT

from referee_calib.reward import log_files, read_log


def test_two_processes_pay_and_never_mix_rows(tmp_path):
    script = Path(__file__).with_name("two_processes.py")
    launcher = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node=2", "--master_port=0", "--standalone"]
    places = [ROOT, ROOT / "tests", ROOT / "tests" / "trainers"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places)), "OMP_NUM_THREADS": "1"}
    done = subprocess.run([*launcher, script, tmp_path], env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-4000:]
    files = log_files(tmp_path / "rewards")
    assert len(files) == 2
    steps = [Counter(line["step"] for line in read_log(path)) for path in files]
    assert steps == [Counter({0: 4, 1: 4})] * 2
    names = [line["rollout"] for line in read_log(tmp_path / "rewards")]
    assert len(set(names)) == 16
