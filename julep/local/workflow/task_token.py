"""Task tokens: the opaque text that names one wait of one execution."""

from __future__ import annotations

import base64
import binascii


def task_token(execution_id: str, wait_id: str) -> str:
    """Return the token of a wait."""
    return base64.urlsafe_b64encode(f"{execution_id}:{wait_id}".encode()).decode().rstrip("=")


def read_task_token(token: str) -> tuple[str, str] | None:
    """Return the ids of execution and wait, or `None` when the text is no token."""
    padded = token + "=" * (-len(token) % 4)
    try:
        execution_id, colon, wait_id = base64.urlsafe_b64decode(padded).decode().rpartition(":")
    except (binascii.Error, ValueError):
        return None
    return (execution_id, wait_id) if colon else None
