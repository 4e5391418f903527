"""Windows of a reward log: drawn by known probabilities, stored before anybody rates, and put to the raters blind."""

import itertools
import json
import shutil
from collections import Counter

import pytest
from helpers_audit_study import MEDIA, REFEREE, a_study, pay, rate, rate_window
from helpers_study import order_of, run

from referee_calib.audit import drawn_windows, fix_plan, make_plan, sample_window
from referee_calib.audit import window_sampling as sampling
from referee_calib.audit.paid_claims import read_window
from referee_calib.audit.window_draw import WindowDraw, draw_window
from referee_calib.dataset_export import coordinator_table
from referee_calib.errors import InputError, StudyError
from referee_calib.label_studio.study_project import claims_to_rate
from referee_calib.reward import read_log
from referee_calib.rubric import load
from referee_calib.study import Study, assignment, run_audit
from referee_calib.study.settings import AssignmentSettings


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A study with a plan, and a log of 30 steps."""
    folder = tmp_path_factory.mktemp("audit-sampling")
    with a_study(folder / "study") as study:
        fix_plan(study, make_plan(study, n_old=5))
    pay(folder / "rewards", range(1, 31))
    return folder


@pytest.fixture
def folder(made, tmp_path):
    shutil.copytree(made, tmp_path / "run", symlinks=True)
    return tmp_path / "run"


@pytest.fixture
def study(folder):
    with Study.open(folder / "study") as opened:
        yield opened


def test_the_window_holds_the_last_steps_as_the_reward_paid_them(folder, study):
    done = sample_window(study, folder / "rewards", steps=10)
    assert (done.draw.first_step, done.draw.last_step, done.draw.replies) == (21, 30, 80)
    # shifted by 0, 4, … 28 of 100 pixels: IoU (100 - s) / (100 + s) is 0.75 or more up to 14, that is for 0, 4, 8, 12;
    # 0.8789 or more, where the top begins, for 0 and 4
    assert done.draw.sizes == {"top": 20, "below the top": 20, "rest": 40}
    paid = {row["claims"][0]["value"] for row in read_log(folder / "rewards")}
    assert {one.paid for one in done.draw.drawn} <= paid
    claims = {one.id: one for one in done.draw.records()}
    for one in done.draw.drawn:
        shift = claims[one.claim].boxes[0][1] * 448 - 40
        assert one.paid == pytest.approx((100 - shift) / (100 + shift), abs=1e-3)
        assert (one.source, claims[one.claim].source) == ("grpo", "audit")


def test_every_claim_of_a_part_has_its_chance(folder):
    with Study.open(folder / "study") as study:
        plan = make_plan(study)
    window = read_window(folder / "rewards", after={}, steps=10, rubric=load())
    draws = [draw_window(plan, window, number) for number in range(1, 301)]
    seen = Counter(one.claim for draw in draws for one in draw.drawn)
    expected = Counter()
    for draw in draws:
        chances = {one.cell: one.chance for one in draw.drawn}
        cells = {one.claim: one.cell for one in draw.drawn}
        assert Counter(cells.values()) == {name: round(chances[name] * n) for name, n in draw.sizes.items()}
        for one in window.claims:
            cell = "rest" if one.paid < 0.75 else "top" if one.paid >= plan.top.paid_from else "below the top"
            expected[one.claim.id] += chances[cell]
    # of 300 draws each claim came as often as its chances add up to, within five standard deviations
    for claim, sum_of_chances in expected.items():
        assert abs(seen[claim] - sum_of_chances) < 5 * 300**0.5 / 2


def test_the_draw_is_the_same_for_the_same_seed_and_another_for_another(folder, study):
    plan = make_plan(study)
    window = read_window(folder / "rewards", after={}, steps=None, rubric=load())
    assert draw_window(plan, window, 1) == draw_window(plan, window, 1)
    other = make_plan(study, seed=1)
    assert {one.claim for one in draw_window(plan, window, 1).drawn} != {
        one.claim for one in draw_window(other, window, 1).drawn
    }


def test_windows_do_not_overlap_and_nothing_new_is_said(folder, study):
    first = sample_window(study, folder / "rewards", steps=10)
    with pytest.raises(InputError, match="nothing was paid since the last window"):
        sample_window(study, folder / "rewards")
    pay(folder / "rewards", range(31, 51))
    second = sample_window(study, folder / "rewards")
    assert (second.draw.number, second.draw.first_step) == (2, 31)
    assert not {one.claim for one in first.draw.drawn} & {one.claim for one in second.draw.drawn}
    assert not set(first.draw.old) & set(second.draw.old)


def test_people_are_asked_about_them_among_old_ones_and_no_figure_counts_them(folder, study):
    before = study.counts()
    ordinary = {one.id for one in study.claims()}
    done = sample_window(study, folder / "rewards")
    drawn = {one.claim for one in done.draw.drawn}
    assert drawn <= set(order_of(study, "anna"))
    assert all(study.is_rateable(one) for one in drawn)
    rate_window(study, done.draw.records())
    assert {one.id for one in study.claims()} == ordinary
    assert not drawn & {one.claim for one in study.ratings()}
    after = study.counts()
    assert (after["claims"], after["ratings"]) == (before["claims"], before["ratings"])
    assert after["audited claims"] == len(drawn)
    assert len(done.draw.old) == 5
    assert set(done.draw.old) <= ordinary


def test_with_a_draw_of_the_study_they_are_asked_besides_and_a_larger_draw_stays_possible(folder, study):
    claims = study.claims()
    study.select([one.id for one in claims[:60]])
    done = sample_window(study, folder / "rewards")
    asked = set(order_of(study, "bert"))
    assert {one.claim for one in done.draw.drawn} <= asked
    assert set(done.draw.old) <= asked
    pushed = {one.id for one in claims_to_rate(study)}  # to Label Studio, likewise
    assert {one.claim for one in done.draw.drawn} | set(done.draw.old) <= pushed
    assert len(pushed) == 60 + len(done.draw.drawn) + 5
    assert set(done.draw.old) <= {one.id for one in claims[60:]}  # those that nobody has seen come first
    rate(study, study.claims(list(done.draw.old)), "bert", level=3)
    study.select([one.id for one in claims[:61]])
    assert study.n_sampled() == 61


def test_where_claims_are_handed_out_they_come_first_and_once(folder, study):
    assignment.assign(study, AssignmentSettings(overlap=2, batch=20))
    done = sample_window(study, folder / "rewards")
    drawn = {one.claim for one in done.draw.drawn}
    mixed = drawn | set(done.draw.old)
    first = list(itertools.islice(_handed_out(study, "bert"), 12))
    assert set(first) <= mixed
    assert len(drawn & set(first)) >= 6
    assert not set(itertools.islice(_handed_out(study, "anna"), 6)) & set(first) & drawn  # one rating each


def _handed_out(study, rater):
    while key := next((one for one in order_of(study, rater) if not _has_rated(study, rater, one)), None):
        rate(study, study.claims([key]), rater, level=4)
        yield key


def _has_rated(study, rater, claim):
    return bool(study.ratings_of(rater, claim))


def test_old_claims_that_nobody_will_see_are_said(folder, study):
    rate(study, study.claims(), "anna", level=3, nonce="again")
    rate(study, study.claims()[:-2], "bert", level=3)
    done = run("audit", "sample", study.folder, "--log", folder / "rewards", "--window", 10)
    assert "and 2 old ones are put to the raters" in done.stdout
    assert "3 further old claims are shown to nobody" in done.stdout


def test_where_all_was_handed_out_before_no_old_claim_comes_again(folder, study):
    assignment.assign(study, AssignmentSettings(overlap=2, batch=100))
    assert sample_window(study, folder / "rewards").old == 0


def test_nobody_is_asked_where_the_handing_out_has_ended(folder, study):
    assignment.assign(study, AssignmentSettings(overlap=2, batch=20))
    assignment.stop(study, actor="test", reason="done")
    with pytest.raises(StudyError, match="handing out of claims was stopped"):
        sample_window(study, folder / "rewards")
    assert drawn_windows(study) == []


def test_a_window_whose_sampling_was_killed_is_finished_first(folder, study, monkeypatch):
    def kill(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(sampling, "_bring_in", kill)
    with pytest.raises(KeyboardInterrupt):
        sample_window(study, folder / "rewards", steps=10)
    monkeypatch.undo()
    assert len(run_audit.drawn(study)) == 1
    assert run_audit.shown(study) == []
    again = sample_window(study, folder / "rewards", steps=10)
    assert again.resumed
    assert again.draw == drawn_windows(study)[0]
    assert again.shown == len(again.draw.drawn)
    assert len(run_audit.shown(study)) == 1


def test_a_window_that_two_finish_at_once_is_put_to_raters_once(folder, study, monkeypatch):
    bring_in = sampling._bring_in

    def another_is_faster(*arguments):
        monkeypatch.undo()
        with Study.open(folder / "study") as other:
            assert sample_window(other, folder / "rewards").resumed
        bring_in(*arguments)

    monkeypatch.setattr(sampling, "_bring_in", another_is_faster)
    with pytest.raises(StudyError, match="somebody else has put it to the raters meanwhile"):
        sample_window(study, folder / "rewards")
    assert [one.number for one in run_audit.shown(study)] == [1]


def test_tables_tell_ratings_of_an_audit_from_those_of_the_study(folder, study):
    done = sample_window(study, folder / "rewards", steps=10)
    rate_window(study, done.draw.records())
    rows = coordinator_table(study, "ratings").rows
    drawn = {one.claim for one in done.draw.drawn}
    assert {row["claim"] for row in rows if row["set_apart"] == "audit"} == drawn
    assert {row["set_apart"] for row in rows if row["claim"] not in drawn} == {""}


def test_a_window_without_videos_says_where_to_name_them_and_is_finished_then(folder, study):
    kept = folder / "kept"
    (study.folder / "media").rename(kept)
    done = run("audit", "sample", study.folder, "--log", folder / "rewards")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "--media DIR" in done.stderr
    done = run("audit", "sample", study.folder, "--log", folder / "rewards", "--media", MEDIA, "--link")
    assert done.exit_code == 0, done.output
    assert "An earlier call was stopped; its window is finished now." in done.stdout


def test_another_reward_and_another_window_at_the_same_time_are_refused(folder, study):
    done = sample_window(study, folder / "rewards")
    with pytest.raises(StudyError, match="somebody else has drawn it meanwhile"):
        run_audit.add_drawn(study, 1, done.draw.to_json())
    pay(folder / "other", range(31, 41), empty=0.5)
    with pytest.raises(StudyError, match="one frozen reward"):
        sample_window(study, folder / "other")
    pay(folder / "rewards", range(31, 33))
    pay(folder / "rewards", range(33, 35), empty=0.5)
    with pytest.raises(InputError, match="one frozen reward"):
        sample_window(study, folder / "rewards")


def test_a_log_without_steps_is_sampled_by_what_is_new(folder, study, tmp_path):
    pay(tmp_path / "log", [None], replies=60)
    with pytest.raises(InputError, match="no training steps"):
        sample_window(study, tmp_path / "log", steps=10)
    assert sample_window(study, tmp_path / "log").draw.first_step is None


def test_a_window_without_well_paid_claims_is_refused(folder, study, tmp_path):
    pay(tmp_path / "log", [7], replies=1)  # shifted by 28 pixels
    with pytest.raises(InputError, match=r"none of them is paid 0\.75 or more"):
        sample_window(study, tmp_path / "log")


def test_what_the_log_holds_beside_is_counted_by_reason(folder, study):
    log = folder / "rewards"
    (path,) = log.glob("*.jsonl")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["claims"][0]["value"] = None
    rows[1]["completion"] = "nothing"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    left = sample_window(study, log).draw.left_out
    assert left == {"claims that the referee could not judge": 1, "claims that are not found again in their reply": 1}


def _changed(log, change):
    """Let `change` alter every line of a log."""
    for path in log.glob("*.jsonl"):
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        for row in rows:
            change(row)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_a_process_whose_clock_is_behind_is_not_passed_over(folder, study):
    sample_window(study, folder / "rewards")
    pay(folder / "rewards", range(31, 41))  # another file, as of another process
    newest = max((folder / "rewards").glob("*.jsonl"))
    rows = [json.loads(line) | {"time": "2020-01-01T00:00:00.000+00:00"} for line in newest.read_text().splitlines()]
    newest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    again = sample_window(study, folder / "rewards")
    assert (again.draw.first_step, again.draw.last_step, again.draw.replies) == (31, 40, 80)
    assert again.draw.read[newest.stem] == 80


def test_a_run_that_began_anew_is_sampled_when_its_window_is_over(folder, study):
    sample_window(study, folder / "rewards")
    assert sampling.steps_since_last_window(study, folder / "rewards") == 0
    pay(folder / "rewards", range(5, 11))
    assert sampling.steps_since_last_window(study, folder / "rewards") == 6
    pay(folder / "rewards", range(11, 41))
    assert sampling.steps_since_last_window(study, folder / "rewards") == 10  # 30 is the last that was sampled


def test_a_referee_that_the_plan_says_nothing_of_is_refused(folder, study):
    _changed(folder / "rewards", lambda row: row.update(referee="f" * 16))
    with pytest.raises(StudyError, match="honest rates are those of 0123456789abcdef"):
        sample_window(study, folder / "rewards")
    _changed(folder / "rewards", lambda row: row.update(referee=REFEREE))
    assert sample_window(study, folder / "rewards").draw.number == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"fingerprint": None},
        {"claims": 3},
        {"claims": [{}, 1]},
        {"claims": [{"value": "much"}]},
        {"rollout": "without a number"},
        {"step": "seven"},
        {"time": 7},
    ],
)
def test_a_log_that_no_reward_wrote_is_refused_with_its_line(folder, study, wrong):
    _changed(folder / "rewards", lambda row: row.update(wrong))
    done = run("audit", "sample", study.folder, "--log", folder / "rewards")
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    assert "as the reward wrote it" in done.stderr
    assert drawn_windows(study) == []


def test_a_log_that_the_study_holds_already_is_no_window(folder, study):
    assert run("import", study.folder, folder / "rewards").exit_code == 0
    with pytest.raises(StudyError, match="it holds all 240 claims of this window already"):
        sample_window(study, folder / "rewards")


def test_the_command_prints_what_was_drawn(folder, study):
    done = run("audit", "sample", study.folder, "--log", folder / "rewards", "--window", 10)
    assert done.exit_code == 0, done.output
    assert "Window 1, steps 21 to 30: 80 replies, claims: 20 top, 20 below the top, 40 rest." in done.stdout
    assert run("audit", "sample", study.folder, "--log", folder / "nothing").exit_code == 2


def test_claims_of_an_audit_stay_apart_in_an_export(folder, study, tmp_path):
    done = sample_window(study, folder / "rewards", steps=10)
    rate_window(study, done.draw.records())
    study.close()
    assert run("export", folder / "study", "--out", tmp_path / "export").exit_code == 0
    assert run("init", tmp_path / "copy").exit_code == 0
    files = [*(tmp_path / "export").glob("*.jsonl"), tmp_path / "export" / "export.json"]
    brought = run("import", tmp_path / "copy", *files, "--media", folder / "study" / "media", "--add-raters")
    assert brought.exit_code == 0, brought.output
    with Study.open(folder / "study") as one, Study.open(tmp_path / "copy") as other:
        assert other.counts()["audited claims"] == one.counts()["audited claims"]
        assert [WindowDraw.from_json(its.content) for its in run_audit.drawn(other)] == drawn_windows(one)
        assert drawn_windows(other) == drawn_windows(one)


def test_no_rollout_may_call_itself_audited(folder, study, tmp_path):
    row = {"rollout": "r", "video": "swap.mp4", "question": "?", "completion": "x", "box_unit": "0-1"}
    (tmp_path / "rollouts.jsonl").write_text(json.dumps(row | {"source": "audit"}) + "\n")
    done = run("import", study.folder, tmp_path / "rollouts.jsonl")
    assert done.exit_code == 2
    assert "audit sample" in done.stderr


def test_a_watch_samples_a_window_when_it_is_over(folder, study):
    watch = ("audit", "watch", study.folder, "--once", "--log", folder / "rewards", "--window")
    done = run(*watch, 31)
    assert (done.exit_code, len(drawn_windows(study))) == (0, 0)
    done = run(*watch, 20)
    assert done.exit_code == 0, done.output
    assert "Window 1, steps 11 to 30" in done.stdout
    assert run(*watch, 20).exit_code == 0
    pay(folder / "rewards", range(31, 50))
    run(*watch, 20)
    assert len(drawn_windows(study)) == 1
    pay(folder / "rewards", range(50, 51))
    run(*watch, 20)
    assert [one.first_step for one in drawn_windows(study)] == [11, 31]
    waits = run(*watch[:-2], folder / "none", "--window", 20)
    assert waits.exit_code == 0
    assert "there is no such folder" in waits.stderr
    assert run(*watch[:-1]).exit_code == 2
