"""Decisions: what to publish and to record, from one snapshot of the inbox. Pure: they read and write nothing."""
