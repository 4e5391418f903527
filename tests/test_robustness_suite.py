"""The suite that is shipped for other people's rewards: what an honest one passes, and where each defect is caught."""

import inspect
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from helpers_robustness import (
    AnswerIsEnough,
    AsMapping,
    AsText,
    BestOfBoxes,
    BestOfClaims,
    Counted,
    Doubled,
    FirstClaim,
    Flat,
    LastClaim,
    LongestClaim,
    NamesNotCompared,
    Noisy,
    NoList,
    PrecisionOnly,
    Punishing,
    ReadsProse,
    Reward,
    Saturated,
    SignedGate,
    SmallEnoughRecall,
    TalkedInto,
    make_study,
)

from referee_calib.errors import InputError
from referee_calib.exploits.examined_reward import ExaminedReward
from referee_calib.exploits.probe_bench import ProbeBench
from referee_calib.exploits.true_evidence import study_evidence
from referee_calib.perturbation.metrics.video_bootstrap import VideoBootstrap
from referee_calib.perturbation.reward_loader import load_rewards
from referee_calib.robustness import (
    plugin,
    test_added_claims,
    test_exploit_gain,
    test_partial_evidence,
    test_returned_values,
    test_small_perturbations,
    test_wrong_evidence,
)
from referee_calib.robustness.plugin import _names_the_suite
from referee_calib.robustness.property_outcome import unexamined
from referee_calib.robustness.reward_under_test import RewardUnderTest
from referee_calib.study import Study
from referee_calib.thresholds import Thresholds

ROOT = Path(__file__).parent.parent
SUITE = "referee_calib.robustness"
MODULES = (
    test_added_claims,
    test_exploit_gain,
    test_partial_evidence,
    test_returned_values,
    test_small_perturbations,
    test_wrong_evidence,
)
SPANS = {"span": unexamined("needs reference spans")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_study(tmp_path_factory.mktemp("suite") / "study")


@pytest.fixture(scope="module")
def stood(folder):
    """What a study offers, found once."""
    with Study.open(folder) as study:
        yield study_evidence(study), study.media


def outcomes(stood, reward, only=None):
    """Run every test of the suite, or `only` some, by itself and return its outcomes by name."""
    found, media = stood
    references = found.references["boxes"]
    does, durations = frozenset({"text", "together"}), found.facts.durations
    examined = ExaminedReward("mine", "mine", reward, does=does, media=media, durations=durations)
    draws = VideoBootstrap([reference.claim.video for reference in references], n_resamples=200)
    held = RewardUnderTest({"boxes": ProbeBench(examined, references, draws)}, SPANS, Thresholds())
    return {name: outcome for module in MODULES for name, outcome in run(module, held, only)}


def run(module, held, only):
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        values = [(mark.args[0], value) for mark in marks for value in mark.args[1]]
        if "on" in inspect.signature(test).parameters:
            values = [("on", "boxes"), ("on", "span")]
        for parameter, value in values:
            if only is not None and f"{name}[{value}]" not in only:
                continue
            said = []
            test(held, said.append, **{parameter: value})
            yield f"{name}[{value}]", said[0]


def caught(found):
    return {name.partition("[")[2].rstrip("]") for name, outcome in found.items() if outcome.state == "fail"}


def test_an_honest_reward_passes_and_what_does_not_apply_says_why(stood):
    found = outcomes(stood, Reward())
    assert {outcome.state for outcome in found.values()} == {"pass", "not applicable"}
    assert sum(outcome.state == "pass" for outcome in found.values()) > 35
    assert all(outcome.measured for outcome in found.values())
    assert found["test_truth_is_discriminated_from_background[span]"].measured == "needs reference spans"
    assert found["test_truth_is_discriminated_from_background[span]"].unexamined
    assert not found["test_wrong_box_lowers_reward[blank]"].unexamined
    assert found["test_wrong_box_lowers_reward[blank]"].measured == "it looks at no pictures"


@pytest.mark.parametrize(
    ("reward", "tests"),
    [
        (SignedGate, {"test_late_and_early_evidence_are_symmetric[boxes]", "test_box_exploit_gains_nothing[late_1]"}),
        (
            NamesNotCompared,
            {"test_wrong_box_lowers_reward[swapped_name]", "test_box_exploit_gains_nothing[right_box_wrong_name]"},
        ),
        (BestOfBoxes, {"test_box_exploit_gains_nothing[grid_171]"}),
        (BestOfClaims, {"test_box_exploit_gains_nothing[shotgun_100]"}),
        (TalkedInto, {"test_box_exploit_gains_nothing[injected_verdict]"}),
        (
            Counted,
            {"test_duplicated_claim_never_raises_reward[boxes]", "test_box_exploit_gains_nothing[duplicates_10]"},
        ),
        (
            PrecisionOnly,
            {
                "test_box_exploit_gains_nothing[dot]",
                "test_box_exploit_gains_nothing[sliver]",
                "test_partial_box_is_paid_less[half_of_the_thing]",
            },
        ),
        (SmallEnoughRecall, {"test_partial_box_is_paid_less[with_half_the_neighbour]"}),
        (Saturated, {"test_partial_box_is_paid_less[half_of_the_thing]"}),
        (AnswerIsEnough, {"test_box_exploit_gains_nothing[no_evidence]"}),
        (ReadsProse, {"test_box_exploit_gains_nothing[prose_only]"}),
        (FirstClaim, {"test_box_exploit_gains_nothing[truth_first]"}),
        (LastClaim, {"test_box_exploit_gains_nothing[truth_last]"}),
        (LongestClaim, {"test_box_exploit_gains_nothing[truth_longest]"}),
        (Noisy, {"test_same_reply_is_paid_the_same[boxes]"}),
        (Doubled, {"test_reward_stays_within_its_range[boxes]"}),
        (Punishing, {"test_reward_stays_within_its_range[boxes]"}),
        (AsText, {"test_each_reply_is_paid_a_number[boxes]"}),
        (AsMapping, {"test_each_reply_is_paid_a_number[boxes]"}),
    ],
)
def test_a_defect_is_caught_by_the_test_named_for_it(stood, reward, tests):
    found = outcomes(stood, reward(), tests)
    assert {name for name in tests if found[name].state != "fail"} == set()


def test_a_defect_of_time_is_no_defect_of_words(stood):
    found = outcomes(stood, SignedGate())
    assert caught(found) <= {"boxes", "late_1", "late_5", "late_30"}
    assert found["test_box_exploit_gains_nothing[early_1]"].state == "pass"


def test_a_flat_reward_fails_one_test_and_the_others_say_so(stood):
    found = outcomes(stood, Flat())
    failed = [name for name, outcome in found.items() if outcome.state == "fail"]
    assert failed == ["test_truth_is_discriminated_from_background[boxes]"]
    said = found["test_box_exploit_gains_nothing[whole_frame]"].measured
    assert said.endswith("test_truth_is_discriminated_from_background")


def test_paying_no_number_is_a_fault_and_no_skip(stood):
    class Broken(Reward):
        def pay(self, text, name, true):
            return float("nan") if "NaN" in text else super().pay(text, name, true)

    found = outcomes(stood, Broken())
    assert found["test_box_exploit_gains_nothing[coordinates_nan]"].state == "fail"
    assert found["test_box_exploit_gains_nothing[coordinates_nan]"].measured == "it paid nan"


def test_declining_to_judge_is_told_apart_from_paying_nothing(stood):
    class Silent(Reward):
        def pay(self, text, name, true):
            return None if "object" in text.split("</obj>")[0] else super().pay(text, name, true)

    found = outcomes(stood, Silent())["test_box_exploit_gains_nothing[vague_right]"]
    assert found.state == "not applicable"
    assert found.measured.startswith("it gave no value for 36 of 36 such replies")  # 6 videos, 3 things, 2 times


def suite(cwd, study, *arguments):
    """Run the suite as a user does, from a folder that holds nothing but the user's module."""
    there = any(point.value == f"{SUITE}.plugin" for point in entry_points(group="pytest11"))
    plugin = [] if there else ["-p", f"{SUITE}.plugin"]  # an installation from before the entry point
    command = [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", "--pyargs", SUITE]
    return subprocess.run(
        [*command, "--study", str(study), *arguments], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def empty(tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    for name in ("helpers_robustness.py", "helpers_referee.py"):
        (folder / name).write_text((ROOT / "tests" / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_a_user_runs_it_from_an_empty_folder(empty, folder):
    done = suite(
        empty, folder, "--reward", "helpers_robustness:honest", "--no-frames", "--only", "boxes", "--junitxml", "j.xml"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "helpers_robustness:honest on" in done.stdout
    assert "to be at least 0.80 of the truth's pay is kept" in done.stdout
    cases = list(ET.parse(empty / "j.xml").iter("testcase"))
    measured = [case for case in cases if case.find("properties/property[@name='measured']") is not None]
    assert len(cases) == len(measured) == 107


def test_a_user_with_a_flat_reward_is_told_what_is_wrong(empty, folder):
    flat = ("--reward", "helpers_robustness:flat", "--no-frames", "--only", "boxes")
    done = suite(empty, folder, *flat, "-q", "-k", "truth_is_discriminated or whole_frame")
    assert done.returncode == 1
    assert "1 failed, 2 skipped" in done.stdout  # boxes; spans and the whole frame, which cannot be measured


def test_what_the_study_cannot_show_fails_when_strict(empty, folder):
    honest = ("--reward", "helpers_robustness:honest", "--no-frames", "-q", "-k", "partial_span or blank")
    done = suite(empty, folder, *honest)
    assert done.returncode == 0, done.stdout
    assert "3 skipped tests had nothing to see and may hide a hole; --strict fails them." in done.stdout
    done = suite(empty, folder, *honest, "--strict")
    assert done.returncode == 1
    assert "3 failed, 1 skipped" in done.stdout  # all three are about spans; that no pictures are looked at was stated
    assert "not examined: needs reference spans (36 claims: " in done.stdout


def test_a_name_that_is_none_is_said_in_one_line(empty, folder):
    done = suite(empty, folder, "--reward", "no_such_module:reward")
    assert done.returncode == 4
    assert "there is no module 'no_such_module'" in done.stdout
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no_such_module:reward", "there is no module 'no_such_module'"),
        ("helpers_robustness:nobody", "has no 'nobody'"),
        ("helpers_robustness:VIDEOS", "a reward has judge"),
        ("nobody", "rewards are semantic, iou"),
    ],
)
def test_what_is_no_reward_is_named(name, said):
    with pytest.raises(InputError, match=said):
        load_rewards([name], Path())


@pytest.mark.parametrize(
    ("argument", "its"),
    [
        (SUITE, True),
        (f"{SUITE}.test_exploit_gain", True),
        ("referee_calib/robustness/test_exploit_gain.py::test_a", True),
        (f"{SUITE}.plugin", False),
        ("tests/test_robustness_suite.py", False),
    ],
)
def test_the_options_are_there_for_the_suite_alone(argument, its):
    assert _names_the_suite(argument) is its


def test_other_peoples_runs_are_left_alone(tmp_path):
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--reward')\n    parser.addoption('--study')\n"
    )
    (tmp_path / "test_theirs.py").write_text(
        "import sys\n"
        "def test_theirs(pytestconfig):\n"
        "    assert pytestconfig.option.reward == 'theirs'\n"
        "    assert not {'numpy', 'referee_calib.exploits'} & set(sys.modules)\n"
    )
    plugin = ["-p", f"{SUITE}.plugin", "-p", "no:referee-calib-robustness"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", "-q", "--reward", "theirs"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_entry_point_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"{SUITE}.plugin" in project["entry-points"]["pytest11"].values()


class OptionNames:
    """A parser that remembers which options it was given."""

    def __init__(self):
        self.found = {}

    def getgroup(self, *names):
        return self

    def addoption(self, name, **given):
        self.found[name] = SimpleNamespace(**given)


def test_options_default_to_what_the_page_says():
    parser = OptionNames()
    plugin.pytest_load_initial_conftests(None, parser, ["tests", "--reward", "x"])
    assert not parser.found
    plugin.pytest_load_initial_conftests(None, parser, ["--pyargs", SUITE])
    assert (parser.found["--claims"].default, parser.found["--undecided"].default) == (60, "fail")


def test_the_page_shows_a_reward_that_fails_and_one_that_passes(stood):
    page = (ROOT / "docs" / "how_to" / "test_any_reward.md").read_text(encoding="utf-8")
    first, second = (block.partition("```")[0] for block in page.split("```python\n")[1:3])
    rewards = []
    for code in (first, second):
        names = {}
        exec(code, names)
        rewards.append(names["reward"])
    found = outcomes(stood, rewards[1])
    assert {found[name].state for name in NAMED} == {"pass"}
    with pytest.raises(ValueError, match="could not convert"):  # as the page says of a claim of 171 boxes
        outcomes(stood, rewards[0])


NAMED = (
    "test_wrong_box_lowers_reward[swapped_name]",
    "test_box_exploit_gains_nothing[late_1]",
    "test_box_exploit_gains_nothing[grid_171]",
    "test_box_exploit_gains_nothing[coordinates_nan]",
    "test_duplicated_claim_never_raises_reward[boxes]",
)


def test_the_page_names_every_limit_and_option():
    page = (ROOT / "docs" / "how_to" / "test_any_reward.md").read_text(encoding="utf-8")
    limits = Thresholds()
    for name in (
        "suite_kept",
        "suite_drop",
        "suite_symmetry",
        "suite_partial",
        "suite_retest",
        "probe_gain",
        "probe_ruin",
    ):
        assert f"`{name}` = {getattr(limits, name):.2f}".removesuffix(".00") in page, name
    options = (
        "--study",
        "--only",
        "--no-frames",
        "--truth",
        "--claims",
        "--undecided",
        "--referee",
        "--writer",
        "--strict",
        "--range",
    )
    assert all(option in page for option in options)


def test_a_reward_that_gives_no_list_is_named(stood):
    with pytest.raises(InputError, match=r"it gave 0\.5: it returns a list with one number per reply"):
        outcomes(stood, NoList())
