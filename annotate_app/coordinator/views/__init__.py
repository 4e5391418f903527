"""The coordinator's pages, a module each. They show what `referee_calib` computes and compute nothing themselves."""
