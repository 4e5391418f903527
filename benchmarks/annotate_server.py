"""App processes of the benchmark of the annotation app: started as a person starts them, read in /proc, killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Self

_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
_VERB = "import sys; from referee_calib.cli.main import main; main(sys.argv[1:])"


class AppServer:
    """One `referee-calib annotate`, on a port that it keeps."""

    def __init__(self, study: Path, log: Path) -> None:
        self._study, self._log = study, log
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._spent = 0.0

    def start(self) -> Self:
        """Start the process and wait until it answers."""
        stated = ["annotate", str(self._study), "--port", str(self.port), "--no-browser"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([sys.executable, "-c", _VERB, *stated], stdout=log, stderr=log)
        for _ in range(1200):
            if self._process.poll() is not None:
                raise RuntimeError(self._log.read_text())
            with suppress(urllib.error.URLError, ConnectionError):
                urllib.request.urlopen(f"{self.url}/_stcore/health").close()
                return self
            time.sleep(0.1)
        raise RuntimeError(f"no answer within two minutes: {self._log.read_text()}")

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def cpu_seconds(self) -> float:
        """Return what all processes of this port have used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return self._spent + (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes(self) -> float:
        """Return the resident memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * _PAGE / 1e6

    def kill(self) -> None:
        """End the process at once, in the midst of whatever it does."""
        self._spent = self.cpu_seconds()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
