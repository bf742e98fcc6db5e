"""Clinics: who they are, what they permit, and where they publish."""
