"""Colophon publishes AI-translated clinic posts with every notice that their readers are owed.

An upload becomes an edition, the edition a page, the page a part of the site.
"""
