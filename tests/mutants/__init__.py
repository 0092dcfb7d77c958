"""Mutation testing of the pure modules; see `python -m tests.mutants`."""
