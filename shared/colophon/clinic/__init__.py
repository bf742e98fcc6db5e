"""Clinic records: names, permission, and the channels where a clinic publishes."""
