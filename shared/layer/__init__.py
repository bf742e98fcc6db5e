"""Builds the layer that the functions share: what they import, compiled, and nothing else."""
