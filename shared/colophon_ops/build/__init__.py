"""The whole site from an inbox, without AWS."""
