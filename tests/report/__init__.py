"""One report of all that is promised and measured; see `__main__`."""
