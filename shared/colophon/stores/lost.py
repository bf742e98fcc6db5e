"""What a conditional write answers when somebody else was first."""


class Lost(Exception):
    """The token is no longer what stands: read a new one, look again, and never write the old content."""
