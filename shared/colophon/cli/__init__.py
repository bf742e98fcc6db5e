"""The commands that withdraw and reinstate, and what they need. All other commands are in ``colophon_cli``."""
