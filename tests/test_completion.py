"""What editors that complete with jedi see of the SDK, without running anything."""

from __future__ import annotations

import pytest

jedi = pytest.importorskip("jedi")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("julep.", {"Julep", "AsyncJulep", "Agent", "NotFoundError"}),
        ("julep.Julep().", {"agents", "sessions", "close", "with_options"}),
        ("julep.Julep().agents.", {"create", "get", "list", "docs"}),
        ("julep.AsyncJulep().agents.docs.", {"create", "search"}),
        ("julep.JulepApi().", {"agents_route_create"}),
    ],
)
def test_names_are_completed(typed: str, names: set[str]) -> None:
    """The package's lazy names, a client's resources and their methods."""
    program = f"import julep\n{typed}"
    found = {one.name for one in jedi.Script(program).complete(2, len(typed))}
    assert names <= found
