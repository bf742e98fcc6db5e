"""Checks of every kind of page in a real browser.

A package, other than the rest of the tests, so that its browser is closed when the tests of this folder are over.
"""
