"""Notations of boxes, one file each: what the models of one family write, and in which unit."""
