"""Recalibrators of a study's referee, out of fold."""
