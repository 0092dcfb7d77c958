"""The one template that is no stranger's: it is rendered where it is, without a worker.

Most agents have it, so most chats need no worker at all. What is put into it is only read.
"""

from __future__ import annotations

from collections.abc import Mapping

from julep.local.errors import BadRequest

from .budget import Budget, spending
from .system_template import DEFAULT_SYSTEM_TEMPLATE
from .templates import render

_SECONDS = 0.05
"""Processor time that is taken from everybody else; the usual is a thousandth of it."""


def render_own(names: Mapping[str, object], seconds: float = _SECONDS) -> str | None:
    """Return the default system message, or `None` if it takes longer and a worker had better do it.

    Raises:
        BadRequest: It is too long.
    """
    allowance = Budget(seconds)
    try:
        with spending(allowance):
            return render(DEFAULT_SYSTEM_TEMPLATE, names)
    except BadRequest:
        if allowance.is_out_of_time:
            return None
        raise
