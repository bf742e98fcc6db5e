"""Editions: a post in one language, read strictly from an upload's bytes."""
