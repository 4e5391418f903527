"""The study of the pictures and of the recording: the sample study, with onboarding and with people's names."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import CliRunner
from pictured_raters import RIGHT

from referee_calib.analysis import claims_by_spread, read_log
from referee_calib.cli.main import main as referee_calib
from referee_calib.records import Claim
from referee_calib.study import RatingPageSettings, Study, adjudicate, exclude
from referee_calib.study.settings import QualitySettings

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "sample_study"
NAMES = {"simulated-1": "anna", "simulated-2": "bert", "simulated-3": "cleo", "simulated-4": "dave"}
WIDE = ("crossing", "pillar", "glide", "belt")  # clips that are wider than high
RATE = "import sys; from pathlib import Path; from annotate_app.server import serve; "
RATE += "serve(Path(sys.argv[1]), port=int(sys.argv[2]), open_browser=False)"
COORDINATE = "import sys; from pathlib import Path; "
COORDINATE += "from annotate_app.coordinator.coordinator_server import front_door_of, serve_coordinator; "
COORDINATE += "serve_coordinator(Path(sys.argv[1]), front_door_of('127.0.0.1'), int(sys.argv[2]))"


def make_pictured_study(folder: Path) -> Study:
    """Make a study of 60 claims that four simulated raters have rated; everybody may rate all of them."""
    rows = ratings_of_names(folder.parent / "ratings.jsonl")
    typed("init", folder, "--name", "Moving shapes")
    typed("import", folder, SAMPLE / "rollouts.jsonl", "--media", SAMPLE / "media")
    shutil.copytree(ROOT / "examples" / "onboarding", folder / "onboarding")
    typed("onboard", folder)
    typed("sample", folder, "--claims", "60", "--seed", "1")
    typed("invite", folder, *NAMES.values())
    typed("import", folder, rows)
    study = Study.open(folder)
    haste = QualitySettings(too_fast="off", unseen="off", unwatched="off", hurried="off")  # raters here need not read
    study.set_config(rating_page=RatingPageSettings(draw="optional"), quality=haste)
    return study


def coordinate_study(study: Study) -> None:
    """Let a coordinator ask for a fifth rating of each claim, adjudicate three, and exclude a rater."""
    study.set_config(quality=QualitySettings())
    typed("assign", study.folder, "--overlap", "5")
    log = read_log(study)
    for one in claims_by_spread(log)[1:4]:
        levels = {name: log.rubric[name].top for name in one.spread}
        adjudicate(study, "dora", one.claim.id, levels, "The thing is in the box for the whole time.")
    exclude(study, "dora", "rater", "dave", "rated on a phone, against the instructions")


def ratings_of_names(path: Path) -> Path:
    """Write the sample's simulated ratings as if people of these names had given them within six days."""
    today = datetime.now(UTC) - timedelta(hours=1)
    with (SAMPLE / "ratings.jsonl").open(encoding="utf-8") as old, path.open("w", encoding="utf-8") as new:
        for line in old:
            row = json.loads(line)
            if row["claim"] in RIGHT:
                continue  # people practise in the app
            row["nonce"] = row["nonce"].replace(row["rater"], NAMES[row["rater"]])
            given = today - timedelta(days=int(row["claim"][1:5], 16) % 6)
            row |= {"rater": NAMES[row["rater"]], "origin": "app", "time": given.isoformat(timespec="milliseconds")}
            new.write(json.dumps(row) + "\n")
    return path


def typed(*words: object) -> None:
    """Type a command of referee-calib."""
    done = CliRunner().invoke(referee_calib, [str(one) for one in words])
    if done.exit_code:
        raise SystemExit(done.output)


def shown_claim(study: Study) -> Claim:
    """Return a claim with a box on which the ratings agree best that it is right, so that the levels shown are fair."""
    claims = {claim.id: claim for claim in study.claims(sampled=True) if claim.boxes and claim.video.startswith(WIDE)}
    levels: dict[str, list[int]] = {claim: [] for claim in claims}
    for one in study.ratings():
        if one.level is not None and one.claim in levels:
            levels[one.claim].append(one.level)
    return claims[max(levels, key=lambda claim: sum(level - 2 for level in levels[claim]))]


@contextmanager
def serving(study: Path, start: str = RATE) -> Iterator[str]:
    """Run the app, or the coordinator's pages, on a free port; yields the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", start, str(study), str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        while not answers(address):
            if server.poll() is not None:
                raise SystemExit("The app did not start; what it said stands above.")
            time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait()


def answers(address: str) -> bool:
    """Return whether the app is up."""
    with suppress(urllib.error.URLError, ConnectionError), urllib.request.urlopen(f"{address}/_stcore/health"):  # noqa: S310
        return True
    return False
