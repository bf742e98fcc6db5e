"""Deliberate bugs, each with the tests that must notice it: ``make mutants``."""
