"""The command line as a whole: help that teaches, one clear line for every trouble, exit codes."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from helpers_study import a_claim, python, run, said_by_a_mere_user
from helpers_video import render

from referee_calib.cli import common
from referee_calib.cli.main import VERBS, main
from referee_calib.cli.study import doctor_checks
from referee_calib.errors import RefereeCalibError
from referee_calib.records import Rating, RefereeScore
from referee_calib.study import Study
from referee_calib.study.store.migrations import MIGRATIONS

MINE = ["init", "import", "sample", "annotate", "score", "export", "doctor"]


@pytest.fixture
def study(tmp_path: Path) -> Study:
    made = Study.create(tmp_path / "study", name="A study")
    made.add_claims([a_claim(k) for k in range(4)])
    render(made.media / "a.mp4", 12)
    return made


def one_line(result: Result, *said: str) -> None:
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for words in said:
        assert words in result.stderr


def test_help_lists_the_verbs_that_are_there_in_the_order_of_the_work() -> None:
    listed = main.list_commands(click.Context(main))
    assert listed == [verb for verb in VERBS if verb in listed]
    assert set(MINE) <= set(listed)
    out = run("--help").stdout
    assert all(f"\n  {verb} " in out for verb in listed)
    assert run("frobnicate").exit_code == 2


@pytest.mark.parametrize("verb", MINE)
def test_every_verb_says_in_one_line_what_it_does_and_shows_an_example(verb: str) -> None:
    command = main.get_command(click.Context(main), verb)
    assert command is not None
    short = command.get_short_help_str(limit=80)
    assert short.endswith(".")
    assert len(short) < 70
    assert f"\n    referee-calib {verb} mystudy" in run(verb, "--help").stdout


def test_init_makes_a_study_that_can_be_opened(tmp_path: Path) -> None:
    result = run("init", tmp_path / "s", "--name", 'Red "balls"', "--json")
    assert json.loads(result.stdout)["name"] == 'Red "balls"'
    assert Study.open(tmp_path / "s").config.name == 'Red "balls"'
    one_line(run("init", tmp_path / "s"), "holds a study already")


def test_sample_draws_writes_it_down_and_can_grow(study: Study) -> None:
    small = json.loads(run("sample", study.folder, "--claims", 2, "--seed", 3, "--json").stdout)["ids"]
    large = json.loads(run("sample", study.folder, "--claims", 3, "--seed", 3, "--json").stdout)["ids"]
    assert large[:2] == small
    assert [one.id for one in study.claims(sampled=True)] == large
    settings = tomllib.loads((study.folder / "study.toml").read_text())
    assert settings["sampling"] == {"claims": 3, "seed": 3, "per_kind": 0}
    one_line(run("sample", study.folder, "--claims", 5), "the study has 4")


def test_sample_leaves_out_what_people_rated_only_when_forced(study: Study) -> None:
    study.add_rater("anna")
    ids = json.loads(run("sample", study.folder, "--claims", 3, "--json").stdout)["ids"]
    study.add_ratings([Rating(claim=ids[2], rater="anna", dimension="relevance", level=2)])
    one_line(run("sample", study.folder, "--claims", 2), "would no longer count", "--force")
    assert study.n_sampled() == 3
    assert Study.open(study.folder).config.sample_claims == 3
    assert run("sample", study.folder, "--claims", 2, "--force").exit_code == 0


def test_export_overwrites_nothing_unless_told(study: Study, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    assert run("export", study.folder, "--out", out).exit_code == 0
    records = ["assignment", "audit", "claims", "decisions", "marks", "ratings", "scores"]
    assert {path.name for path in out.iterdir()} == {*(f"{name}.jsonl" for name in records), "export.json"}
    (out / "mine.txt").write_text("stays")
    study.add_claims([a_claim(9)])
    one_line(run("export", study.folder, "--out", out), "overwrites nothing", "--force")
    assert len((out / "claims.jsonl").read_text().splitlines()) == 4
    data = json.loads(run("export", study.folder, "--out", out, "--force", "--json").stdout)
    assert data["counts"] == {"claims": 5, **dict.fromkeys({*records} - {"claims"}, 0)}
    assert len((out / "claims.jsonl").read_text().splitlines()) == 5
    assert (out / "mine.txt").read_text() == "stays"


def test_an_export_that_does_not_fit_leaves_nothing(study: Study, tmp_path: Path) -> None:
    script = """
import resource, sys
from referee_calib.cli.main import main
resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))
main(["export", sys.argv[1], "--out", sys.argv[2]])
"""
    # the lock table of the database is larger than the limit: keep one reader open, so that it exists already
    reader = sqlite3.connect(study.folder / "study.db")
    reader.execute("SELECT count(*) FROM claim").fetchone()
    process = python(script, study.folder, tmp_path / "out")
    _, said = process.communicate()
    reader.close()
    assert process.returncode == 2
    assert "the disk is full or a size limit is reached" in said
    assert len(said.splitlines()) == 1
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("verb", [["sample", "--claims", "1"], ["score"], ["annotate"], ["export", "--out", "o"]])
def test_what_is_no_study_is_said_in_one_line(tmp_path: Path, verb: list[str]) -> None:
    one_line(run(verb[0], tmp_path / "none", *verb[1:]), "is not a study folder", "referee-calib init")


def test_a_read_only_place_is_said_in_one_line() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cli-"))
    run("init", folder / "warm")  # so that the other user need not load anything
    folder.chmod(0o555)
    try:

        def init() -> None:
            result = run("init", folder / "study")
            raise RefereeCalibError(f"{result.exit_code} {result.stderr}")

        assert said_by_a_mere_user(init).startswith("2 referee-calib: ")
        assert "read-only for you" in said_by_a_mere_user(init)
        assert not (folder / "study").exists()
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


TALKS_ON = """
import click
import referee_calib.cli.study.init
from referee_calib.cli.main import main

@click.command()
def talk():
    for _ in range(100):
        click.echo("x" * 100_000)  # together more than any pipe holds

referee_calib.cli.study.init.command = talk
main(["init"])
"""


def test_the_reader_of_the_output_may_leave(tmp_path: Path) -> None:
    script = tmp_path / "talk.py"
    script.write_text(TALKS_ON)
    pipe = f"{sys.executable} {script} | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("x", "", 141)


# annotate


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, dict[str, object]]]:
    """Calls of the server, which does not start."""
    import annotate_app.server

    calls: list[tuple[Path, dict[str, object]]] = []
    monkeypatch.setattr(annotate_app.server, "serve", lambda study, **more: calls.append((study, more)))
    return calls


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def codes_in(out: str) -> dict[str, str]:
    rows = [line.split("\t") for line in out.splitlines()]
    return {name: code.removeprefix("code ") for name, code, _ in rows}


def test_annotate_lets_people_in_and_starts_the_app(study, served, free_port) -> None:
    result = run(
        "annotate", study.folder, "--add-rater", "anna", "--add-rater", "bert", "--port", free_port, "--no-browser"
    )
    assert result.exit_code == 0
    codes = codes_in(result.stdout)
    assert {name: study.rater_of(code) for name, code in codes.items()} == {"anna": "anna", "bert": "bert"}
    assert f"link http://127.0.0.1:{free_port}/i/{codes['anna']}" in result.stdout
    where = {"host": "127.0.0.1", "port": free_port, "public_url": "", "trusted_proxies": ()}
    assert served == [(study.folder, {**where, "open_browser": False})]


def test_a_rater_who_is_there_keeps_the_code_until_another_is_asked_for(study, served) -> None:
    first = codes_in(run("annotate", study.folder, "--add-rater", "anna", "--no-start").stdout)["anna"]
    again = run("annotate", study.folder, "--add-rater", "anna", "--no-start")
    assert (again.exit_code, again.stdout) == (0, "")
    assert "--new-code anna" in again.stderr
    assert study.rater_of(first) == "anna"
    second = codes_in(run("annotate", study.folder, "--new-code", "anna", "--no-start").stdout)["anna"]
    assert (study.rater_of(first), study.rater_of(second)) == (None, "anna")
    both = ("--add-rater", "carla", "--new-code", "carla")  # made now: one code, not two
    third = codes_in(run("annotate", study.folder, *both, "--no-start").stdout)["carla"]
    assert study.rater_of(third) == "carla"
    assert served == []


def test_a_mistyped_name_makes_no_rater(study, served) -> None:
    run("annotate", study.folder, "--add-rater", "anna", "--no-start")
    mistyped = run("annotate", study.folder, "--new-code", "ana", "--no-start")
    one_line(mistyped, "no such rater", "Did you mean anna?", "--add-rater ana")
    study.add_rater("robot", origin="simulated")
    one_line(run("annotate", study.folder, "--new-code", "robot", "--no-start"), "nobody signs in as it")
    alike = run("annotate", study.folder, "--add-rater", "Anna", "--no-start")
    assert "Anna looks like anna" in alike.stderr
    assert {one.name for one in study.raters()} == {"Anna", "anna", "robot"}


def test_a_proxy_is_stated_once_and_for_all_or_for_one_start(study, served, free_port) -> None:
    url = "https://rate.example.org"
    started = run(
        *("annotate", study.folder, "--port", free_port, "--add-rater", "anna"),
        *("--public-url", f"{url}/", "--trusted-proxy", "10.0.0.0/8"),
    )
    assert f"link {url}/i/" in started.stdout
    assert f"{url}/ until you press Ctrl-C" in started.stderr
    assert f"behind a proxy; it listens at http://127.0.0.1:{free_port}/" in started.stderr
    assert served[0][1]["trusted_proxies"] == ("10.0.0.0/8",)
    assert served[0][1]["open_browser"] is False  # the proxy's name may not lead here yet
    one_line(run("annotate", study.folder, "--public-url", "https://a.example/b"), "a host name of its own")
    one_line(run("annotate", study.folder, "--trusted-proxy", "proxy"), "neither an address nor a network")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_other_machines_are_let_in_only_when_it_is_meant(study, served, host) -> None:
    one_line(
        run("annotate", study.folder, "--host", host, "--add-rater", "anna"),
        "other machines could then reach the sign-in page",
        "unencrypted",
        "--allow-remote",
    )
    assert (study.raters(), served) == ([], [])


def test_all_addresses_can_be_listened_at_when_it_is_meant(study, served, free_port) -> None:
    result = run("annotate", study.folder, "--host", "0.0.0.0", "--allow-remote", "--port", free_port)
    assert result.exit_code == 0
    assert served[0][1]["host"] == "0.0.0.0"


def test_a_busy_port_is_said_before_anybody_is_let_in(study, served) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = run("annotate", study.folder, "--port", port, "--add-rater", "anna")
    one_line(result, f"127.0.0.1 port {port}", "cannot listen", f"--port {port + 1}")
    assert (study.raters(), served) == ([], [])


def test_a_missing_app_is_said_with_what_to_type(study, served, monkeypatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "streamlit" else find(name))
    one_line(run("annotate", study.folder), 'pip install "referee-calib[app]"')


def test_a_study_without_claims_has_nothing_to_rate(tmp_path, served) -> None:
    Study.create(tmp_path / "empty")
    one_line(run("annotate", tmp_path / "empty"), "no claims to rate", "referee-calib import")


# doctor


def findings(*arguments: object) -> tuple[int, dict[str, dict[str, object]]]:
    result = run("doctor", *arguments, "--json")
    return result.exit_code, {one["part"]: one for one in json.loads(result.stdout)["findings"]}


def test_the_doctor_names_versions_and_where_packages_come_from() -> None:
    code, found = findings()
    assert code == 0
    assert found["numpy"]["says"] == importlib.metadata.version("numpy")
    assert found["agreement"]["says"] == f"ours, at {Path(__file__).parents[1] / 'agreement'}"
    assert "opencv-python-headless" in found["cv2"]["says"]
    assert "All is well." in run("doctor").stdout


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder first on the path, where a test can install what it likes."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    importlib.invalidate_caches()


def install(folder: Path, name: str, *modules: str) -> None:
    info = folder / f"{name.replace('-', '_')}-9.9.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.9\n")
    (info / "top_level.txt").write_text("\n".join(modules))
    for module in modules:
        (folder / module).mkdir(exist_ok=True)
        (folder / module / "__init__.py").write_text("")


def test_the_doctor_sees_two_opencvs(packages: Path) -> None:
    install(packages, "opencv-python")
    code, found = findings()
    assert code == 1
    assert found["cv2"]["says"] == "opencv-python and opencv-python-headless overwrite each other"
    assert found["cv2"]["do"] == (
        "pip uninstall -y opencv-python opencv-python-headless && pip install opencv-python-headless"
    )


def test_the_doctor_sees_a_foreign_agreement(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(packages, "agreement", "agreement")
    for name in [name for name in sys.modules if name.partition(".")[0] == "agreement"]:
        monkeypatch.delitem(sys.modules, name)
    code, found = findings()
    assert code == 1
    assert f"is not ours: {packages / 'agreement'} (from agreement)" in found["agreement"]["says"]
    assert found["agreement"]["do"].startswith("pip uninstall agreement")


def test_the_doctor_names_missing_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    needs = ["needed-thing>=2", 'optional-thing>=1; extra == "app"', "numpy>=1.26"]
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: needs)
    found = {one.part: one for one in doctor_checks.installation()}
    assert (found["needed-thing"].wrong, found["needed-thing"].do) == (True, "pip install needed-thing")
    optional = found["optional-thing (app)"]
    assert (optional.wrong, optional.do) == (False, 'pip install "referee-calib[app]"')


def test_the_doctor_finds_a_study_well(study: Study) -> None:
    study.add_scores([RefereeScore(claim=a_claim().id, referee="f" * 16, dimension="relevance", level=1)])
    study.add_scores(
        [RefereeScore(claim=a_claim().id, referee="f" * 16, dimension="localization", status="unsupported", reason="x")]
    )
    code, found = findings(study.folder)
    assert code == 0
    counts = "4 claims, 0 sampled, 0 raters, 0 ratings"
    assert found["database"]["says"].startswith(f"sound, version {len(MIGRATIONS)}; {counts}")
    assert found["videos"]["says"] == "1 named by claims, 0 missing or unreadable"
    assert "2 scores, 50% failed (1 unsupported)" in found["referee"]["says"]


def test_the_doctor_names_bad_videos_and_what_to_do(study: Study) -> None:
    study.add_claims([a_claim(0, "gone.mp4"), a_claim(0, "old.mp4"), a_claim(0, "cut.mp4")])
    render(study.media / "old.mp4", 12, codec="mpeg4")
    whole = render(study.media / "cut.mp4", 40).read_bytes()
    (study.media / "cut.mp4").write_bytes(whole[: len(whole) * 3 // 4])
    result = run("doctor", study.folder)
    assert result.exit_code == 1
    assert "4 named by claims, 2 missing or unreadable" in result.stdout
    assert "gone.mp4: there is no such file" in result.stdout
    assert "cut.mp4: it is cut off" in result.stdout
    assert "old.mp4: mpeg4" in result.stdout
    assert f"referee-calib media {study.folder} --playable" in result.stdout
    assert "it is cut off" in result.stdout.partition("(it costs 1 claim)")[0]
    assert "3 things are wrong." in result.stdout


def test_the_doctor_sees_a_damaged_study(study: Study, tmp_path: Path) -> None:
    code, found = findings(tmp_path / "none")
    assert (code, "is not a study folder" in str(found["study"]["says"])) == (1, True)
    content = bytearray((study.folder / "study.db").read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    (study.folder / "study.db").write_bytes(content)
    result = run("doctor", study.folder)
    assert result.exit_code == 1
    assert "damaged" in result.stdout


def test_the_doctor_sees_ratings_under_other_words(study: Study) -> None:
    study.add_rater("anna")
    rating = {"claim": a_claim().id, "rater": "anna", "dimension": "relevance", "level": 2}
    study.add_ratings([Rating(**rating, rubric=study.rubric.version, nonce="1")])
    assert findings(study.folder)[0] == 0
    study.add_ratings([Rating(**rating | {"dimension": "localization"}, rubric="0-other", nonce="2")])
    code, found = findings(study.folder)
    assert (code, "under other words (0-other" in str(found["rubric"]["says"])) == (1, True)


def test_the_doctor_sees_a_referee_that_only_fails(study: Study) -> None:
    study.add_referee("f" * 16, {"name": "pixels"})
    study.add_scores(
        [RefereeScore(claim=a_claim().id, referee="f" * 16, dimension="relevance", status="error", reason="no line")]
    )
    code, found = findings(study.folder)
    assert code == 1
    assert "pixels --retry-failed" in str(found["referee"]["do"])


def test_progress_is_shown_only_on_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    for terminal, quiet, shown in ((False, False, False), (True, True, False), (True, False, True)):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal, raising=False)
        with common.progress(2, "claims", quiet=quiet) as advance:
            advance(2)
        assert ("2/2" in capsys.readouterr().err) is shown


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file that is always full")
def test_a_result_that_cannot_be_printed_is_told_in_one_line(tmp_path: Path) -> None:
    script = "import sys; from referee_calib.cli.main import main; main(sys.argv[1:])"
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-c", script, "init", str(tmp_path / "study"), "--json"],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    (line,) = process.stderr.splitlines()
    assert (process.returncode, (tmp_path / "study" / "study.toml").exists()) == (2, True)
    assert "the result cannot be printed: No space left on device; what it tells of is done" in line


def test_an_unset_variable_in_place_of_a_study_is_said_in_one_line() -> None:
    result = CliRunner().invoke(main, ["init", ""])
    assert result.exit_code == 2
    assert result.stderr == (
        "referee-calib: STUDY is empty: it names no folder, as an unset shell variable does. For this folder type: .\n"
    )
