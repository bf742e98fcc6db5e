"""Notices: the statements that a page owes its readers, and the gate that checks every finished page for them.

To add a notice, write its text in each language's file here, say in ``policy.py`` which pages owe it, and give it a
place in ``templates/post.html``. The gate or a test names what is missing.
"""
