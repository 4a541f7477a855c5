"""Measurements of the whole: each module is run by itself and prints its figures."""
