"""Try the oldest and the newest versions of what this package depends on, on every Python that is here.

Run by ``make versions`` before a release, or with interpreters of your own:
``python tests/release/try_versions.py /usr/bin/python3.14``. Oldest are the lower bounds of ``pyproject.toml`` (core
dependencies and the extras `app`, `models`, `parquet`), tried on the first Python only: they are older than the others.
Test tools are the newest that fit. Ends with a table for ``docs/versions.md``, and with 1 when something failed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
EXTRAS = ("app", "models", "parquet")
TOOLS = ("pytest", "pytest-xdist", "hypothesis", "httpx", "scikit-learn", "build")
# A short suite: the statistics, the reward, verbs, a study and its videos, the pixels referee, the app, the report.
SUITE = (
    *("test_agreement_published*", "test_agreement_oracles*", "test_agreement_intervals*", "test_agreement_mixed*"),
    *(
        "test_reward_semantic*",
        "test_reward_pixels*",
        "test_reward_recalibrator*",
        "test_cli_verbs*",
        "test_study_of_*",
    ),
    *("test_study_records*", "test_video_*", "test_perturb_media*", "test_referee_pixels*", "test_app_routes*"),
    "test_report_files*",
)
SECONDS = 3600


@dataclass(frozen=True)
class Outcome:
    """What was tried and how it ended."""

    python: str
    which: str
    well: bool
    said: str
    versions: str


def interpreters(given: list[str]) -> Iterator[tuple[str, str]]:
    """Yield version and path of the interpreters to try: those given, or one of each supported version that is here."""
    if given:
        yield from ((version_of(path), path) for path in given)
        return
    for minor in PYTHONS:
        places = [shutil.which(f"python{minor}"), *map(str, Path.home().glob(f".pyenv/versions/{minor}.*/bin/python"))]
        found = [path for path in places if path and version_of(path).startswith(f"{minor}.")]
        if found:
            yield version_of(found[-1]), found[-1]
        else:
            print(f"not tried: Python {minor} is not on this machine", flush=True)


def version_of(python: str) -> str:
    """Return an interpreter's version, "" when it does not run (a shim that leads nowhere)."""
    asked = [python, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def run(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a command in the checkout, gently."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    words = ["nice", *map(str, command)]
    return subprocess.run(words, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=SECONDS, check=False)


def attempt(uv: str, version: str, python: str, which: str, folder: Path) -> Outcome:
    """Make an environment with the oldest or the newest dependencies and run the short suite in it."""
    pinned, there = folder / "pinned.txt", folder / "env" / "bin" / "python"
    resolution = "lowest-direct" if which == "oldest" else "highest"
    extras = [word for name in EXTRAS for word in ("--extra", name)]
    steps = (
        (uv, "venv", "--python", python, folder / "env"),
        (
            uv,
            "pip",
            "compile",
            "-q",
            "--python",
            python,
            "--resolution",
            resolution,
            *extras,
            "pyproject.toml",
            "-o",
            pinned,
        ),
        (uv, "pip", "install", "-q", "--python", there, "-r", pinned, "-c", pinned, *TOOLS),
        (uv, "pip", "install", "-q", "--python", there, "--no-deps", "--editable", "."),
    )
    for step in steps:
        done = run(*step)
        if done.returncode:
            return Outcome(version, which, False, done.stderr.strip()[-2000:], "")
    files = [path for pattern in SUITE for path in sorted(ROOT.glob(f"tests/{pattern}.py"))]
    done = run(there, "-m", "pytest", "-q", "-n", "2", "-W", "default", "-p", "no:cacheprovider", *files)
    closing = done.stdout.strip().splitlines()[-1:] or [done.stderr.strip()[-500:]]
    if done.returncode:
        print(done.stdout[-6000:], flush=True)
    return Outcome(version, which, not done.returncode, closing[0].strip("= "), ", ".join(chosen(pinned)))


def chosen(pinned: Path) -> Iterator[str]:
    """Yield the direct dependencies with the versions that were tried."""
    direct = {re.split(r"[\[<>=]", one)[0] for one in PROJECT["dependencies"]}
    direct |= {re.split(r"[\[<>=]", one)[0] for name in EXTRAS for one in PROJECT["optional-dependencies"][name]}
    for line in pinned.read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if name in direct:
            yield f"{name} {version}"


def main() -> int:
    """Try all and print the table."""
    if missing := [pattern for pattern in SUITE if not [*ROOT.glob(f"tests/{pattern}.py")]]:
        sys.exit(f"try_versions: no test is called {', '.join(missing)}; correct SUITE here")
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="referee-calib-versions-") as made:
        Path(made).chmod(0o755)  # some tests go on as another user, who has to read the environment
        tools = Path(made) / "tools"
        for step in (
            ("venv", "--without-pip", tools),
            ("pip", "--python", tools / "bin/python", "install", "-q", "uv"),
        ):
            if (done := run(sys.executable, "-m", *step)).returncode:
                sys.exit(f"try_versions: {done.stderr}")
        for number, (version, python) in enumerate(interpreters(sys.argv[1:])):
            for which in ("oldest", "newest") if number == 0 else ("newest",):
                folder = Path(made) / f"{version}-{which}"
                folder.mkdir()
                outcomes.append(attempt(str(tools / "bin" / "uv"), version, python, which, folder))
                print(f"{'ok ' if outcomes[-1].well else 'NO '} {version} {which}: {outcomes[-1].said}", flush=True)
                shutil.rmtree(folder)
    print("\n| Python | dependencies | outcome | versions |\n|---|---|---|---|")
    for one in outcomes:
        print(f"| {one.python} | {one.which} | {one.said if one.well else 'failed'} | {one.versions} |")
    return int(not outcomes or not all(one.well for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
