"""Tasks in files."""
