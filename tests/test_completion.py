"""What editors that complete with jedi see of the SDK, without running anything."""

from __future__ import annotations

import pytest

jedi = pytest.importorskip("jedi")

MODELS = {
    "client.agents.get('a')": {"name", "about", "to_dict"},
    "client.agents.update('a', name='n')": {"name", "about"},
    "client.sessions.chat('s', 'hi')": {"text", "turns", "docs", "usage"},
    "client.sessions.chat.parse('s', 'hi', int)": {"parsed", "text"},
    "client.sessions.history('s')": {"entries"},
    "client.tasks.run('t')": {"output", "steps", "transitions"},
    "client.executions.wait('e')": {"status", "output"},
    "client.ping()": {"generation"},
}


def completed(program: str) -> set[str]:
    """What is offered at the end of a program."""
    lines = program.splitlines()
    return {one.name for one in jedi.Script(program).complete(len(lines), len(lines[-1]))}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("julep.", {"Julep", "AsyncJulep", "Agent", "NotFoundError"}),
        ("julep.Julep().", {"agents", "sessions", "close", "with_options"}),
        ("julep.Julep.local().", {"agents", "sessions", "with_options"}),
        ("julep.Julep().agents.", {"create", "get", "list", "docs"}),
        ("julep.AsyncJulep().agents.docs.", {"create", "search"}),
        ("julep.JulepApi().", {"agents_route_create"}),
        ("julep.Julep().agents.create(na", {"name="}),
        ("julep.AsyncJulep().sessions.create(agent", {"agent=", "agents="}),
        ("julep.AsyncJulep().tasks.run('t', inp", {"input="}),
    ],
)
def test_names_are_completed(typed: str, names: set[str]) -> None:
    """The package's lazy names, a client's resources, their methods and the keywords of those."""
    assert names <= completed(f"import julep\n{typed}")


@pytest.mark.slow
@pytest.mark.parametrize("face", ["Julep", "AsyncJulep"])
def test_nothing_else_is_completed(face: str) -> None:
    """A resource has its methods and the resources below it, and nothing of how it is reached."""
    names = completed(f"import julep\njulep.{face}().agents.docs.")
    assert {name for name in names if name[0] != "_"} == {
        *("add", "bulk_delete", "create", "delete", "list", "search")
    }


@pytest.mark.slow
@pytest.mark.parametrize("typed", ["import julep; julep.", "from julep import "])
def test_names_that_few_need_are_not_in_the_way(typed: str) -> None:
    """Request bodies, steps and names of 2024 import, and are not completed."""
    found = completed(typed)
    assert {"Julep", "Agent", "NotFoundError", "load_task"} <= found
    assert not found & {"AgentsAgent", "CreateAgent", "EvaluateStep", "BaseEntry", "SortBy"}


@pytest.mark.slow
@pytest.mark.parametrize(("call", "names"), MODELS.items(), ids=MODELS)
def test_what_calls_give_is_completed(call: str, names: set[str]) -> None:
    """The fields of what is answered are known on both faces, awaited or not."""
    assert names <= completed(f"import julep\nclient = julep.Julep()\nit = {call}\nit.")
    program = (
        f"import julep\nclient = julep.AsyncJulep()\nasync def f():\n  it = await {call}\n  it."
    )
    assert names <= completed(program)


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["for it in julep.Julep", "async for it in julep.AsyncJulep"])
def test_what_loops_give_is_completed(loop: str) -> None:
    """So are the fields of the items of lists."""
    assert {"name", "about"} <= completed(
        f"import julep\nasync def f():\n  {loop}().agents.list():\n    it."
    )
