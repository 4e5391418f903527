"""The annotation app: people rate claims in a browser, on the same words that referees are asked with.

The rules (who may see and rate what) live in :mod:`~annotate_app.served_study` and
:mod:`~annotate_app.rating_submission`, which know neither Streamlit nor HTTP; :mod:`~annotate_app.access` knows who
asks and from where, :mod:`~annotate_app.routes` speaks HTTP, :mod:`~annotate_app.app` is the Streamlit script,
:mod:`~annotate_app.server` runs both in one process.
"""
