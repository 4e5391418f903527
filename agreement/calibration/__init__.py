"""Calibration of a referee's scores against people: curves, errors, recalibrators, prediction-powered means."""
