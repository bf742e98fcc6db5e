"""Build the whole site from an inbox, without AWS."""
