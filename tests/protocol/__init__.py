"""Schedules of the real handlers against an emulated account.

A package, so that all its tests share one account, with what their scenarios begin with, and no test elsewhere has it.
"""
