"""`python -m tests.floors`: constraints for pip that take the lowest release of each dependency."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).parent.parent / "pyproject.toml"
_FLOOR: Final = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?>=(?P<version>[\d.]+)")


def floors(project: Path = PROJECT) -> Iterator[str]:
    """Yield `name==version` for every dependency that has a lowest release."""
    described = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    extras = described["optional-dependencies"].values()
    for requirement in [*described["dependencies"], *(one for extra in extras for one in extra)]:
        if match := _FLOOR.match(requirement):
            yield f"{match['name']}=={match['version']}"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in floors())
