"""Answers that arrive event by event, from their bytes to the items that users loop over.

Nothing is imported here: the embedded server, which reads streams of models, needs `sse` alone.
"""
