"""Uploads: what a key names, which versions of it there are, and how bytes become strict values."""
