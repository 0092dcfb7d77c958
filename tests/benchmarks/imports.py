"""How long `import julep` takes, over an interpreter that does nothing, and what it pulls in."""

from __future__ import annotations

import functools
import subprocess
import sys
from typing import Final

from .timing import Effort, best, blocking

TARGET: Final = 25.0
HEAVY: Final = ("httpx", "anyio", "cattrs", "julep.client")
PROGRAMS: Final = {
    "bare": "",
    "import julep": "import julep",
    "a client": "import julep; julep.Julep(base_url='http://127.0.0.1:9').agents",
    "import httpx": "import httpx",
}


def modules(program: str) -> set[str]:
    """The modules that a program has loaded at its end."""
    code = f"{program}\nimport sys\nprint(*sys.modules)"
    return set(subprocess.check_output([sys.executable, "-c", code], text=True).split())


def compare(effort: Effort) -> None:
    """Print the times over that of the bare interpreter, and the modules."""
    runs = Effort(max(1, effort.rounds // 4), 1)
    subjects = {
        name: blocking(functools.partial(subprocess.check_call, [sys.executable, "-c", program]))
        for name, program in PROGRAMS.items()
    }
    times = best(subjects, runs)
    bare, loaded = modules(""), modules("import julep")
    for name in list(PROGRAMS)[1:]:
        wanted = f" (target {TARGET})" if name == "import julep" else ""
        over = (times[name] - times["bare"]) / 1000
        print(f"{name:34} {over:.1f} ms over a bare interpreter{wanted}")
    heavy = [name for name in HEAVY if name in loaded]
    print(
        f"modules that import julep loads    {len(loaded - bare)}, of {', '.join(HEAVY)}: {heavy}"
    )
