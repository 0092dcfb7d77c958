"""Integration tools of tasks."""

from __future__ import annotations

from julep.local.integrations.registry import Registry

__all__ = ["Registry"]
