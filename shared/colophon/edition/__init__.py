"""Editions: a post in one language, with front matter and a Markdown body, read strictly from an upload."""
