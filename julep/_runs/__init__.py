"""Executions that are started, followed, answered and cancelled: what methods of tasks and executions are made of."""
