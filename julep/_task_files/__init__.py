"""Tasks in files: read with the place of every value, filled with variables, checked, created."""
