"""Where a report was made: the machine, and the versions of what is compared."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.versions import installed

_BUSY: Final = 0.5
"""How many programs a core may have had at work in the last minute, before others disturb the report."""


def described() -> Iterator[str]:
    """Yield lines of Markdown."""
    cores = os.cpu_count() or 1
    parts = [f"{cores} cores", _processor(), _memory(), platform.platform(terse=True)]
    yield f"Machine: {', '.join(filter(None, parts))}"
    names = ", ".join(f"{name} {version}" for name, version in installed().items())
    yield f"Versions: {platform.python_implementation()} {names}"


def is_busy() -> bool:
    """Tell whether other programs are at work, which makes figures unfair."""
    return sys.platform == "linux" and os.getloadavg()[0] > _BUSY * (os.cpu_count() or 1)


def _processor() -> str:
    return _field("/proc/cpuinfo", "model name") or platform.processor()


def _memory() -> str:
    kibibytes = _field("/proc/meminfo", "MemTotal").split()
    return f"{int(kibibytes[0]) / 1024**2:.1f} GiB of memory" if kibibytes else ""


def _field(path: str, name: str) -> str:
    """Return a field of one of the kernel's files; nothing where there is no such file."""
    file = Path(path)
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
