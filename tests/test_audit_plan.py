"""The plan of an audit: what it holds a run to, that it is fixed, and what is refused."""

import shutil
import sqlite3

import pytest
from helpers_audit_study import REFEREE, a_study, rate
from helpers_study import run

from referee_calib.audit import AuditPlan, fix_plan, fixed_plan, make_plan
from referee_calib.errors import InputError, StudyError
from referee_calib.records import Rating
from referee_calib.study import Study, exclude, trail


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("audit-plan") / "study"
    a_study(folder).close()
    return folder


@pytest.fixture
def study(made, tmp_path):
    shutil.copytree(made, tmp_path / "study", symlinks=True)
    with Study.open(tmp_path / "study") as opened:
        yield opened


def test_the_limits_are_upper_limits_of_the_honest_rates_with_their_margin(study):
    plan = make_plan(study)
    # of 60 claims all are paid 0.79 or more, and 2 are overpaid grossly; Clopper and Pearson's upper 95 % limit is the
    # 95 % quantile of Beta(3, 58): 0.1012
    assert (plan.paid.honest, plan.paid.rated) == (2, 60)
    assert plan.paid.rate_limit == pytest.approx(0.1012, abs=5e-5)
    assert plan.paid.limit == pytest.approx(0.1012 + 0.03, abs=5e-5)
    # paid (1 - 0.0125 j)² for j = 0 … 9; two thirds of 60 are 40, so the top are the 36 from (1 - 0.0625)² = 0.8789 on
    assert plan.top.paid_from == pytest.approx(0.8789, abs=1e-4)
    assert (plan.top.honest, plan.top.rated) == (0, 36)
    # none of 36: 1 - 0.05^(1/36) = 0.0798; the margin in the same proportion to its rate
    assert plan.top.rate_limit == pytest.approx(0.0798, abs=5e-5)
    assert plan.top.limit == pytest.approx(0.0798 + 0.03 * 0.0798 / 0.1012, abs=1e-4)
    assert plan.referee == REFEREE


def test_a_second_opinion_and_an_excluded_claim_change_what_they_should(study):
    claims = study.claims()
    rate(study, [claims[0]], "bert", level=0)  # anna was the first to judge it
    assert make_plan(study).paid.honest == 2
    exclude(study, "carla", "claim", claims[7].id, "seen twice")
    assert make_plan(study).paid.honest == 1
    assert make_plan(study).paid.rated == 59


def test_a_plan_is_fixed_once_and_read_back(study):
    plan = make_plan(study, windows=12, seed=5)
    fix_plan(study, plan)
    assert fixed_plan(study).plan == plan == AuditPlan.from_json(plan.to_json())
    with pytest.raises(StudyError, match="a plan is fixed before the run"):
        fix_plan(study, make_plan(study, margin=0.2))
    entry = next(one for one in trail(study) if one.action == "fix audit plan")
    assert entry.subject == plan.digest
    assert entry.detail["plan"]["windows"] == 12


def test_the_database_refuses_to_change_a_plan_and_an_edit_by_force_is_told(study):
    fix_plan(study, make_plan(study))
    study.close()
    with sqlite3.connect(study.folder / "study.db") as database:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            database.execute("UPDATE run_audit_plan SET plan = '{}'")
        database.execute("DROP TRIGGER run_audit_plan_no_update")
        database.execute("UPDATE run_audit_plan SET plan = replace(plan, '0.05', '0.5')")
    database.close()
    with Study.open(study.folder) as opened, pytest.raises(StudyError, match="it was edited"):
        fixed_plan(opened)


def test_the_command_says_what_is_fixed_and_fixes_nothing_on_a_dry_run(study):
    done = run("audit", "init", study.folder, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "2 of 60 in the study, up to 10.1%; allowed 13.1%" in done.stdout
    assert "Not fixed" in done.stdout
    assert "simulated" not in done.stdout
    assert run("audit", "report", study.folder).exit_code == 2
    done = run("audit", "init", study.folder, "--ratings", 40)
    assert done.exit_code == 0, done.output
    assert "20 windows of 40 ratings" in done.stdout
    done = run("audit", "init", study.folder)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--paid-from", "1.2"], "--paid-from 1.2"),
        (["--top-from", "0.7"], "--top-from 0.7"),
        (["--level", "4"], "--level 4"),
        (["--honest-rate", "0"], "--honest-rate 0"),
        (["--paid-from", "0.9999"], "at least 20"),
        (["--margin", "0.95"], "nothing could alarm"),
        (["--alpha", "0"], "--alpha 0"),
        (["--referee", "ffff"], "ffff"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(study, options, said):
    done = run("audit", "init", study.folder, *options)
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_rates_that_rest_on_simulated_ratings_say_so(tmp_path):
    with a_study(tmp_path / "other") as study:
        study.add_rater("program", "simulated")
        study.add_ratings(
            [
                Rating(claim=study.claims()[-1].id, rater="program", dimension=name, level=4, origin="simulated")
                for name in ("relevance", "localization")
            ]
        )
    done = run("audit", "init", tmp_path / "other", "--dry-run")
    # 60 claims with two ratings each by anna, and two by the program
    assert "2 of 122 ratings behind these rates are simulated" in done.stdout


def test_a_stated_rate_needs_no_referee(study):
    plan = make_plan(study, honest_rate=0.06, top_from=0.9)
    assert [one.limit for one in plan.strata] == pytest.approx([0.09, 0.09])
    assert make_plan(study, honest_rate=0.06).top is None


def test_a_newer_plan_is_not_read(study):
    with pytest.raises(InputError, match="version 2"):
        AuditPlan.from_json(make_plan(study).to_json() | {"schema": 2})
