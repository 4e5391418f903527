"""Families of perturbations, one kind of change a file, each a small value that is called on a claim."""
