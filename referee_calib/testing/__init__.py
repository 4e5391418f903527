"""What tests of referees need, and a user may want to try without a model: an endpoint that answers by rule.

:class:`referee_calib.testing.endpoint.Endpoint` is the server, :class:`referee_calib.testing.faults.Fault`
what goes wrong with it. Nothing is imported here, so that ``python -m referee_calib.testing.endpoint`` runs
that module once.
"""
