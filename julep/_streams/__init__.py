"""Answers that arrive event by event, from events to the items that users loop over; see `julep._sse`."""
