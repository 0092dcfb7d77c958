"""Tests of the embedded server, over real HTTP."""
