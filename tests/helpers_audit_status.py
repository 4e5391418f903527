"""What an audit says of a run, as its report leaves it for a trainer: quiet, and with an alarm."""

DOCUMENT = {
    "audit": 1,
    "state": "no alarm",
    "sentence": "No alarm after 1 window.",
    "alarm_window": None,
    "since_window": None,
    "e_value": 0.9,
    "alarm_at": 20.0,
    "plan": {"digest": "00ff", "study": "Before the run"},
}
ALARM = DOCUMENT | {"state": "alarm", "sentence": "Alarm in window 1.", "alarm_window": 1}
