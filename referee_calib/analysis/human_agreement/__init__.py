"""People and the referee side by side, per dimension, claim and slice."""
