"""How the reward answers: rollouts, groups, perturbed evidence, exploit probes."""
