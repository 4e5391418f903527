"""The harness: perturbed claims are planned, rendered, put to rewards, and the answers kept."""
