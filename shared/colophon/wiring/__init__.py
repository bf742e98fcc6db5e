"""Builds the clients of the functions. One module per group of functions, so that none loads the code of another."""
