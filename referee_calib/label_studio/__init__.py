"""Label Studio as a place to rate: a study's claims go into a project there, and the ratings come back, checked."""

from referee_calib.label_studio.annotation_check import ORIGIN, AnnotationCheck
from referee_calib.label_studio.annotation_server import AnnotationServer
from referee_calib.label_studio.labeling_config import labeling_config
from referee_calib.label_studio.project_pull import PullResult, pull_ratings, study_check
from referee_calib.label_studio.project_push import PushResult, push_claims
from referee_calib.label_studio.project_status import ProjectStatus, project_status
from referee_calib.label_studio.rater_names import RaterNames, rater_names, write_names
from referee_calib.label_studio.sdk_server import TOKEN, SdkServer, sign_in
from referee_calib.label_studio.server_address import checked_address, crosses_network_in_clear
from referee_calib.label_studio.study_project import claims_to_rate, project_number, pushed_project

__all__ = [
    "ORIGIN",
    "TOKEN",
    "AnnotationCheck",
    "AnnotationServer",
    "ProjectStatus",
    "PullResult",
    "PushResult",
    "RaterNames",
    "SdkServer",
    "checked_address",
    "claims_to_rate",
    "crosses_network_in_clear",
    "labeling_config",
    "project_number",
    "project_status",
    "pull_ratings",
    "push_claims",
    "pushed_project",
    "rater_names",
    "sign_in",
    "study_check",
    "write_names",
]
