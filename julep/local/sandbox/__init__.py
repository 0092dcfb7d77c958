"""The sandbox: text that others wrote, evaluated within limits.

SANDBOX.md above this package says who writes what, what it may reach, spend and learn, and what keeps
it to that. `isolated` is the way in: it evaluates in worker processes.
"""
