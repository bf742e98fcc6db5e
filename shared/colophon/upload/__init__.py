"""Uploads: the grammar of inbox keys, the versions of a key, and strict readers from bytes to values."""
