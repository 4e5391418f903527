"""On-policy audit: people rate fresh claims of a running training, and an alarm says when the reward is exploited.

A plan is fixed before the run (:func:`make_plan`, :func:`fix_plan`), windows of the reward log are drawn and put to
raters (:func:`sample_window`), and their ratings followed (:func:`audit_result`). :func:`stop_on_alarm` ends training.
"""

from referee_calib.audit.audit_plan import AuditPlan, StratumLimit
from referee_calib.audit.audit_result import AuditResult, audit_result
from referee_calib.audit.plan_making import make_plan
from referee_calib.audit.plan_storage import drawn_windows, fix_plan, fixed_plan
from referee_calib.audit.reporting.audit_document import audit_document, audit_lines, headline
from referee_calib.audit.reporting.audit_page import audit_page, write_audit_page
from referee_calib.audit.status_file import STATUS_FILE, read_status, write_status, write_unknown
from referee_calib.audit.trl_callback import stop_on_alarm
from referee_calib.audit.window_sampling import SampledWindow, sample_window, steps_since_last_window

__all__ = [
    "STATUS_FILE",
    "AuditPlan",
    "AuditResult",
    "SampledWindow",
    "StratumLimit",
    "audit_document",
    "audit_lines",
    "audit_page",
    "audit_result",
    "drawn_windows",
    "fix_plan",
    "fixed_plan",
    "headline",
    "make_plan",
    "read_status",
    "sample_window",
    "steps_since_last_window",
    "stop_on_alarm",
    "write_audit_page",
    "write_status",
    "write_unknown",
]
