"""SQLite: the only SQL of the server."""
