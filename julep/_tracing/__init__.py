"""Spans for programs that have set up OpenTelemetry; nothing of it is imported for others."""
