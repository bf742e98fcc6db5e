"""Builds the layer that the functions share: only what they import, compiled."""
