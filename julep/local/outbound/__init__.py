"""Requests that tasks send to other servers: where they may go, and how much they may bring back."""
