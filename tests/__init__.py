"""The tests of the SDK and of the embedded server; `python -m tests` runs every check."""
