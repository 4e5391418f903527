"""Build sdists and wheels, install the wheels into fresh environments, and try them outside the checkout.

Run by ``make wheel``. Both distributions of this tree are tried: ``referee-calib``, and ``referee-calib-agreement``,
which is the package ``agreement`` alone. Everything lies below a temporary folder, which is removed at the end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ALONE = ROOT / "packaging" / "agreement"
PACKAGES = ("agreement", "referee_calib", "annotate_app")
# What a wheel needs beside modules: templates, prompts, injections, the rubric, the front end, typing marks.
KINDS = (".j2", ".txt", ".jsonl", "rubric.toml", ".js", ".css", "py.typed")
SECONDS = 900

# Krippendorff (2011), "Computing Krippendorff's alpha-reliability": 4 observers, 12 units, nominal alpha 0.743.
OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
ALPHA = 0.743

REWARD = """
import sys
from referee_calib.reward import SemanticEvidenceReward
reward = SemanticEvidenceReward("pixels", media=sys.argv[1])
reply = "<think><obj>red ball</obj><box>[71, 123, 116, 165]</box>at<t>2.2</t>s</think>"
question = "From when to when does the red ball disappear behind the grey pillar?"
paid = reward(completions=[reply], video=["pillar.mp4"], question=[question], box_unit=["pixels:336x196"])
assert 0 < paid[0] <= 1, paid
import agreement
for module in (agreement, sys.modules["referee_calib"]):
    assert "site-packages" in module.__file__, f"not the installed one: {module.__file__}"
"""
STATISTICS = """
import importlib.util, sys
from agreement import krippendorff_alpha
units = [[None if one == "." else int(one) for one in unit] for unit in zip(*sys.argv[2:], strict=True)]
alpha = krippendorff_alpha(units, level="nominal", scale=range(1, 6)).value
assert abs(alpha - float(sys.argv[1])) < 0.0005, alpha
assert "site-packages" in sys.modules["agreement"].__file__
there = [name for name in ("cv2", "av", "sqlalchemy", "referee_calib") if importlib.util.find_spec(name)]
assert not there, f"installed for statistics alone: {there}"
"""


def run(*command: object, cwd: Path) -> str:
    """Run a command without the checkout on its path; end with what it said when it fails or warns of a traceback."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    words = [str(one) for one in command]
    done = subprocess.run(words, cwd=cwd, env=clean, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode or "Traceback" in done.stderr:
        shown = " ".join(words)[:200]
        sys.exit(f"check_wheel: {shown}\nended with {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def say(text: str) -> None:
    print(f"ok  {text}", flush=True)


def build(project: Path, out: Path) -> Path:
    """Build the sdist of a project and from it the wheel; return the wheel."""
    out.mkdir()
    run(sys.executable, "-m", "build", "--outdir", out, project, cwd=out)
    (wheel,) = out.glob("*.whl")
    say(f"built {wheel.name} from its sdist")
    return wheel


def files(*packages: str) -> set[str]:
    """Return the files of packages in the tree, as paths below the root."""
    found = (path for package in packages for path in (ROOT / package).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def complete(wheel: Path, wanted: set[str]) -> None:
    """Check that a wheel and the sdist beside it hold all files of the tree, and the wheel's packages nothing else."""
    with zipfile.ZipFile(wheel) as packed:
        inside = {name for name in packed.namelist() if ".dist-info/" not in name}
    (source,) = wheel.parent.glob("*.tar.gz")
    with tarfile.open(source) as packed_source:
        shipped = {name.partition("/")[2] for name in packed_source.getnames()}
    for where, lacking in (
        (wheel.name, wanted - inside),
        (source.name, wanted - shipped),
        ("the tree", inside - wanted),
    ):
        if lacking:
            sys.exit(f"check_wheel: not in {where}: {', '.join(sorted(lacking))}")
    say(f"{wheel.name} and {source.name} hold all {len(wanted)} files of the tree")


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel into a fresh environment; return its programs' folder."""
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder.parent)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-compile", wheel, cwd=folder.parent)
    run(sys.executable, "-m", "pip", "--python", python, "check", cwd=folder.parent)
    say(f"{wheel.name} installed into a fresh environment")
    return python.parent


def try_demo(program: Path, work: Path) -> None:
    """Run everything on the sample study, whose clips are drawn: a wheel does not hold them."""
    run(program, "demo", "--out", "demo", "--quiet", cwd=work)
    wanted = ("report.html", "report.json", "study/study.toml")
    if lacking := [name for name in wanted if not (work / "demo" / name).is_file()]:
        sys.exit(f"check_wheel: the demo wrote no {', '.join(lacking)}")
    say("referee-calib demo draws its clips and writes its report")


def try_agree(program: Path, work: Path) -> None:
    """Ask for a coefficient whose value is published."""
    given = ((unit, observer, value) for observer, row in enumerate(OBSERVERS) for unit, value in enumerate(row))
    lines = ["unit,rater,value", *(f"{unit},{rater},{value}" for unit, rater, value in given if value != ".")]
    (work / "ratings.csv").write_text("\n".join(lines) + "\n")
    said = run(program, "agree", "ratings.csv", "--level", "nominal", "--scale", "1:5", cwd=work)
    if f"{ALPHA:.3f}" not in said:
        sys.exit(f"check_wheel: alpha of the published example is {ALPHA}, agree says\n{said}")
    say(f"referee-calib agree gives the published alpha of {ALPHA}")


def main() -> None:
    """Check both distributions."""
    wanted = files(*PACKAGES)
    if missing := [kind for kind in KINDS if not any(name.endswith(kind) for name in wanted)]:
        sys.exit(f"check_wheel: the tree has no file {', '.join(missing)}; correct KINDS here")
    with tempfile.TemporaryDirectory(prefix="referee-calib-wheel-") as made:
        folder, work = Path(made), Path(made) / "work"
        work.mkdir()
        whole, alone = build(ROOT, folder / "whole"), build(ALONE, folder / "alone")
        complete(whole, wanted)
        complete(alone, files("agreement"))
        python = install(alone, folder / "env-alone") / "python"
        run(python, "-c", STATISTICS, ALPHA, *OBSERVERS, cwd=work)
        say("agreement works with numpy, scipy and pandas alone")
        programs = install(whole, folder / "env-whole")
        try_demo(programs / "referee-calib", work)
        try_agree(programs / "referee-calib", work)
        run(programs / "python", "-c", REWARD, work / "demo" / "sample" / "media", cwd=work)
        say("the reward is imported and pays a claim; agreement is the one of the wheel")


if __name__ == "__main__":
    main()
