"""Colophon publishes AI-translated posts honestly: upload -> edition -> page -> site."""
