"""Verbs that examine rewards: perturbations and exploit probes."""
