"""Languages: the interface languages, names of languages, dates, and the interface words."""
