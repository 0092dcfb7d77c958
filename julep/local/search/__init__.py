"""Search: by text, by vector, or by both."""
