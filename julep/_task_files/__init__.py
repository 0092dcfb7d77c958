"""Tasks in files: read with the place of every value, filled with variables, checked, created."""

from __future__ import annotations

from .loading import load_task
from .problems import Problem
from .task import LoadedTask

__all__ = ["LoadedTask", "Problem", "load_task"]
