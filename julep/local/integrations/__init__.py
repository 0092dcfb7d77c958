"""Integration tools of tasks."""

from __future__ import annotations

from .registry import Registry

__all__ = ["Registry"]
