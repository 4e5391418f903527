"""The verb that works with annotation tools beside the app."""
