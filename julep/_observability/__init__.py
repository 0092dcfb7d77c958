"""Who is told of attempts and of answers of models: event hooks, counts of tokens, OpenTelemetry.

Nothing of OpenTelemetry is imported for programs that have not set it up.
"""
