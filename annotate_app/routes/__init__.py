"""The app's own HTTP routes beside Streamlit, by topic."""

from annotate_app.routes.app_routes import AppRoutes, unavailable
from annotate_app.routes.request_body import MAX_BODY

__all__ = ["MAX_BODY", "AppRoutes", "unavailable"]
