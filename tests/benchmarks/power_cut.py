"""What is on a disk after a power cut: what was synchronised, and by chance some of the rest.

A library that is loaded before the system's own keeps a copy of each file as it was when it was
synchronised last. It is compiled when it is needed, so there must be a C compiler, and Linux.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

_SECTOR = 512  # bytes that a disk writes whole or not at all
_SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int keep(int descriptor) {
    char link[64], path[PATH_MAX] = {0}, copy[PATH_MAX], whole[PATH_MAX], piece[1 << 16];
    const char *from = getenv("SYNCED_FROM"), *to = getenv("SYNCED_TO");
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (!from || !to || readlink(link, path, sizeof path - 1) < 0) return 0;
    if (strncmp(path, from, strlen(from)) || path[strlen(from)] != '/') return 0;
    snprintf(whole, sizeof whole, "%s%s", to, strrchr(path, '/'));
    snprintf(copy, sizeof copy, "%s.new", whole);
    int made = open(copy, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    ssize_t count;
    for (off_t at = 0; (count = pread(descriptor, piece, sizeof piece, at)) > 0; at += count)
        if (write(made, piece, count) != count) abort();
    close(made);
    return rename(copy, whole);
}

int fsync(int descriptor) { return keep(descriptor); }
int fdatasync(int descriptor) { return keep(descriptor); }
"""


def can_be_simulated() -> bool:
    """Tell whether there is what it takes."""
    return sys.platform == "linux" and shutil.which("cc") is not None


def variables(place: Path, watched: Path) -> Mapping[str, str]:
    """What a process must find in its environment, so that what it synchronises can be restored.

    Args:
        place: A folder for the library and the copies.
        watched: The folder of the files.
    """
    source, library = place / "keep.c", place / "keep.so"
    source.write_text(_SOURCE)
    command = ["cc", "-shared", "-fPIC", "-o", str(library), str(source)]
    subprocess.run(command, check=True)
    kept = place / "synced"
    kept.mkdir()
    return {
        "LD_PRELOAD": str(library),
        "SYNCED_FROM": str(watched.resolve()),
        "SYNCED_TO": str(kept),
    }


def cut(place: Path, watched: Path, chance: random.Random) -> None:
    """Make of the files of a killed process what a power cut would have left of them."""
    for file in watched.iterdir():
        synced = place / "synced" / file.name
        if not synced.exists():
            file.unlink()
            continue
        file.write_bytes(_torn(synced.read_bytes(), file.read_bytes(), chance))


def _torn(old: bytes, new: bytes, chance: random.Random) -> bytes:
    # Of what was written since, each sector may have come to the disk.
    length = chance.choice([len(old), len(new)]) if len(new) > len(old) else len(new)
    sectors = range(0, length, _SECTOR)
    before = old.ljust(length, b"\0")
    return b"".join(
        (new if chance.random() < 0.5 else before)[at : min(at + _SECTOR, length)] for at in sectors
    )
