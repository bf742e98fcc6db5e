"""Pages: bytes with a path, and the tombstones that stand where a page was."""
