"""A run from end to end: the real reward pays and writes its log, simulated raters judge, and the exploit is found."""

from helpers_audited_run import EXPLOITING, HONEST, honest_study, pay, rate, replies

from referee_calib.audit import audit_document, audit_lines, audit_result, fix_plan, make_plan, sample_window


def test_an_exploit_that_a_policy_learns_is_found_in_its_first_window(tmp_path):
    with honest_study(tmp_path / "study") as study:
        fix_plan(study, make_plan(study))
        log = tmp_path / "rewards"
        for number, (policy, learned) in enumerate(((HONEST, 300), (EXPLOITING, 300))):
            rows = replies(policy, learned, (f"run{number}-1", f"run{number}-2"))
            pay(log, rows, range(100 * number + 1, 100 * number + 101))
            done = sample_window(study, log, steps=100)
            assert done.not_shown == 0
            rate(study, done.draw.records(), number)
            found = audit_document(audit_result(study))
            assert found["state"] == ("no alarm", "alarm")[number], found["windows"]
        assert (found["alarm_window"], found["since_window"]) == (2, 2)
        assert found["simulated"] == found["rated"]
        assert any("ratings are simulated" in line for line in audit_lines(audit_result(study)))
        # its exploit is a name that fits two things: "red thing" for the star where the ball is asked about
        assert sum(one["object"].endswith("thing") for one in found["worst"]) > len(found["worst"]) / 2
