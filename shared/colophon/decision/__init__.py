"""Decisions: what the inbox says must stand, worked out from one look at it. Pure: nothing is read or written here."""
