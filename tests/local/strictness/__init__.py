"""Tests of this part of the embedded server."""
