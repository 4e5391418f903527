"""The file that stops a training, and the callback that looks at it."""

import json
import logging
import sys
import time
import types
from datetime import UTC, datetime, timedelta

import pytest
from helpers_audit_status import ALARM, DOCUMENT
from helpers_study import run

from referee_calib.audit import fix_plan, make_plan, read_status, stop_on_alarm, write_status, write_unknown
from referee_calib.errors import InputError, StudyError
from referee_calib.study import Study


@pytest.fixture
def transformers(monkeypatch):
    """Stand in for the library, of which the callback takes the base class alone."""
    module = types.ModuleType("transformers")
    module.TrainerCallback = type("TrainerCallback", (), {})
    monkeypatch.setitem(sys.modules, "transformers", module)


def stops(callback, step):
    control = types.SimpleNamespace(should_training_stop=False)
    callback.on_step_end(None, types.SimpleNamespace(global_step=step), control)
    return control.should_training_stop


def test_training_stops_at_the_next_look_after_an_alarm(tmp_path, transformers, caplog):
    path = tmp_path / "status.json"
    callback = stop_on_alarm(path, every=5)
    assert not stops(callback, 5)
    assert "nobody watches this run" in caplog.text
    write_status(path, DOCUMENT)
    assert not stops(callback, 10)
    write_status(path, ALARM)
    assert not stops(callback, 11)
    assert stops(callback, 15)
    assert "Alarm in window 1" in caplog.text


def test_a_broken_status_stops_nothing_and_is_said_once(tmp_path, transformers, caplog):
    (tmp_path / "status.json").write_text("{}")
    callback = stop_on_alarm(tmp_path / "status.json", every=1)
    with caplog.at_level(logging.WARNING):
        assert not any(stops(callback, step) for step in range(5))
    assert caplog.text.count("training goes on without it") == 1


def test_a_status_that_nobody_renews_is_said(tmp_path, transformers, caplog):
    path = tmp_path / "status.json"
    write_status(path, DOCUMENT)
    old = json.loads(path.read_text()) | {"checked": (datetime.now(UTC) - timedelta(hours=30)).isoformat()}
    path.write_text(json.dumps(old))
    assert not stops(stop_on_alarm(path, every=1), 1)
    assert "30 hours ago" in caplog.text


@pytest.mark.parametrize("checked", ["yesterday", 7, None])
def test_a_time_that_is_none_ends_no_training(tmp_path, transformers, caplog, checked):
    path = tmp_path / "status.json"
    path.write_text(json.dumps(ALARM | {"checked": checked}))
    assert not stops(stop_on_alarm(path, every=1), 1)
    assert "not the status of an audit" in caplog.text


def test_a_time_without_a_zone_is_utc(tmp_path):
    (tmp_path / "status.json").write_text(json.dumps(DOCUMENT | {"checked": "2026-01-01T00:00:00"}))
    assert read_status(tmp_path / "status.json").checked == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_watch_that_cannot_look_is_said_each_time_it_begins(tmp_path, transformers, caplog):
    path = tmp_path / "status.json"
    callback = stop_on_alarm(path, every=1)
    for _ in range(2):
        write_status(path, DOCUMENT)
        assert not stops(callback, 1)
        write_unknown(path, "study s: it is locked")
        assert not any(stops(callback, step) for step in (2, 3))
    assert caplog.text.count("it is locked") == 2
    write_status(path, ALARM)
    write_unknown(path, "study s: it is locked")  # an alarm stands
    assert stops(callback, 4)


def test_a_run_that_begins_under_an_alarm_stops_at_once(tmp_path, transformers):
    write_status(tmp_path / "status.json", ALARM)
    control = types.SimpleNamespace(should_training_stop=False)
    stop_on_alarm(tmp_path / "status.json").on_train_begin(None, types.SimpleNamespace(global_step=0), control)
    assert control.should_training_stop


@pytest.mark.parametrize("every", [0, -1, 1.5, True])
def test_steps_between_looks_are_at_least_one(every):
    with pytest.raises(InputError, match="a number of steps"):
        stop_on_alarm("status.json", every=every)


def test_a_watch_goes_on_while_the_study_cannot_be_read(tmp_path, monkeypatch):
    with Study.create(tmp_path / "study") as study:
        fix_plan(study, make_plan(study, honest_rate=0.05))
    states = []

    def pause(_):
        status = json.loads((tmp_path / "study" / "audit_status.json").read_text())
        states.append(status["state"])
        if len(states) == 1:
            (tmp_path / "study" / "study.toml").rename(tmp_path / "away")
        elif len(states) == 2:
            (tmp_path / "away").rename(tmp_path / "study" / "study.toml")
        else:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", pause)
    done = run("audit", "watch", tmp_path / "study")
    assert states == ["no window yet", "unknown", "no window yet"]
    assert "cannot look now, and tries again" in done.stdout
    (tmp_path / "study" / "study.toml").unlink()
    assert run("audit", "watch", tmp_path / "study").exit_code == 2  # it never could


def test_in_a_distributed_run_the_first_process_looks_for_all(tmp_path, transformers, monkeypatch):
    write_status(tmp_path / "status.json", ALARM)
    sent = []

    def broadcast(objects, src):
        sent.append((list(objects), src))
        objects[0] = True

    torch = types.SimpleNamespace(
        distributed=types.SimpleNamespace(
            is_available=lambda: True,
            is_initialized=lambda: True,
            get_rank=lambda: 1,
            broadcast_object_list=broadcast,
        )
    )
    monkeypatch.setitem(sys.modules, "torch", torch)
    assert stops(stop_on_alarm(tmp_path / "missing.json", every=1), 1)  # what the first process told
    assert sent == [([False], 0)]


def test_without_transformers_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(StudyError, match="pip install trl"):
        stop_on_alarm("status.json")


def test_the_file_says_what_was_found_and_when(tmp_path):
    assert read_status(tmp_path / "status.json") is None
    write_status(tmp_path / "status.json", ALARM)
    found = read_status(tmp_path / "status.json")
    assert found.alarm
    assert found.age_hours() < 0.1
    assert json.loads((tmp_path / "status.json").read_text())["plan"] == "00ff"
    (tmp_path / "status.json").write_text("[]")
    with pytest.raises(InputError, match="not the status of an audit"):
        read_status(tmp_path / "status.json")
