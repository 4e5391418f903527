"""Metrics of rewards on perturbed claims, with intervals over videos."""
