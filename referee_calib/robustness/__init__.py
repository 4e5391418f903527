"""A suite of tests that any reward for video evidence can be held to.

``pytest --pyargs referee_calib.robustness --reward my.module:reward --study STUDY``; see
``docs/how_to/test_any_reward.md``. The test modules are part of the package; `plugin` gives pytest the options,
and only when the suite is asked for.
"""
