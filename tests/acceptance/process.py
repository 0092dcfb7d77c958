"""The embedded server as a process of its own, which can be killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from julep import Julep

KEY: Final = "a key of the tests"


@contextmanager
def serving(database: Path, *options: str, **environment: str) -> Generator[Julep]:
    """A client of `python -m julep serve` on this file; in the end the process is killed at once."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("JULEP_", "OPENAI_"))
    }
    with subprocess.Popen(
        [sys.executable, "-m", "julep", "serve", "--port", "0", "--db", str(database), *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**inherited, "JULEP_API_KEY": KEY, **environment},
    ) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().split()[-1]
            with Julep(base_url=url, api_key=KEY, max_retries=0) as client:
                yield client
                # Before the client closes its connections: nobody says goodbye.
                process.kill()
        finally:
            process.kill()
