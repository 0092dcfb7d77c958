"""The sandbox: expressions and templates that others wrote, evaluated within limits."""
