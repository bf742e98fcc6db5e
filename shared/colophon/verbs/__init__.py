"""Verbs: each reads as the table of contents of its work."""
