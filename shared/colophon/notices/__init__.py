"""Notices: the statements a page owes its readers, and the gate that holds every page to them."""
