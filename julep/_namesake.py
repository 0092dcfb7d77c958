"""A word of warning where another product of the same import name is installed too."""

from __future__ import annotations

import os
import warnings


def warn_of_namesake(package: str) -> None:
    """Warn if the other distribution stands beside this package: its files overwrite ours.

    Only names of files are read, since `importlib.metadata` takes longer to import than all of
    this package.

    Args:
        package: The folder of this package.
    """
    try:
        names = os.listdir(os.path.dirname(package))  # noqa: PTH120, PTH208 - pathlib takes longer too
    except OSError:  # a zip file has no folder
        return
    if any(name.startswith("julep-") and name.endswith(".dist-info") for name in names):
        warnings.warn(
            "the distributions julep and julep-sdk are both installed here, and one overwrites the "
            "other's files: uninstall both, then install the one you want "
            "(python -m pip uninstall julep julep-sdk)",
            stacklevel=3,
        )
