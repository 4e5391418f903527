"""``referee-calib agree``: every coefficient of one ratings table, without a study."""
