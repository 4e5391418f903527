"""What a reward paid in training, reply by reply, in files that outlive the trainer."""

from referee_calib.reward.reward_log.log_rows import LOG_SCHEMA, log_row
from referee_calib.reward.reward_log.reward_log import RewardLog, log_files, read_log

__all__ = ["LOG_SCHEMA", "RewardLog", "log_files", "log_row", "read_log"]
