"""Operators' use cases, on a stack or a folder. Nothing here prints or prompts; callbacks report progress."""
