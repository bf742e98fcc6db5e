"""Wiring: the only builder of clients. A module for what is started together: no function waits for another's code."""
