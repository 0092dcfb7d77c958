"""Tests of what each kind of step does."""
