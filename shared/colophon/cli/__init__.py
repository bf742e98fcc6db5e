"""The withdraw and reinstate commands. All other commands are in ``colophon_cli``."""
