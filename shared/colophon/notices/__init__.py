"""Notices: the statements a page owes its readers, and the gate that holds every page to them.

A new notice is an entry in each language's file here, a line in ``policy.py`` that says which pages owe it, and its
place in the page's template. Whichever of them is forgotten, the gate or the tests name it.
"""
