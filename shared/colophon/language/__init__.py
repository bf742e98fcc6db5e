"""Languages: which ones are served, their names and dates, and the interface words."""
