"""Doors: the only code that knows boto3. They do not know each other."""
