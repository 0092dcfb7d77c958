"""Expressions that need no worker: which they are, and that they give what a worker gives."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import anyio
import pytest

from julep.local.sandbox.isolated import evaluate
from julep.local.sandbox.pool import POOL
from julep.local.sandbox.simple import NotSimple, evaluate_simple
from julep.local.sandbox.transfer import Opaque

VALUES: dict[str, Any] = {
    "_": {"n": 20, "rows": [1, {"a": None}], "text": "é", "on": False, "keys": [0]},
    "inputs": {0: {"n": 1}},
    "execution": {"id": UUID(int=7)},
    "big": ["x" * 100] * 10_000,
}


def simple(value: Any) -> Any:
    """What a value gives without a worker."""
    texts: list[str] = list(value.values()) if hasattr(value, "values") else [value]
    return evaluate_simple(value, texts, {name: partial(VALUES.get, name) for name in VALUES})


@pytest.mark.parametrize(
    "value",
    [
        *("$ _", "_", "_.n", "$ _.n + 1", "$ _['rows'][1].a", "$ _.n - 1 == 19 and not _.on"),
        *("$ _.text if _.on else -_.n", "$ inputs[0].n", "$ 'a' + _.text", "$ 3 < _.n <= 20"),
        *("$ execution", "$ execution.id", "plain text", "$ _.on is None or _.n != 20", "$ 7"),
        *(
            {"a": "$ _.n", "b": "text"},
            "$ _.keys",
            "$ [0]",
            "$ len(_['rows'])",
            "$ _.rows.append",
        ),
    ],
)
def test_it_gives_what_a_worker_gives(value: Any) -> None:
    """Or is left to the worker."""

    async def main() -> Any:
        return await POOL.run("evaluate", value, VALUES)

    expected = anyio.run(main)
    try:
        found = simple(value)
    except NotSimple:
        assert value in {"$ [0]", "$ len(_['rows'])"}
    else:
        kinds: list[str] = [each.__class__.__name__ for each in (found, expected)]
        assert kinds[0] == kinds[1]
        assert found == expected or isinstance(found, Opaque)


@pytest.mark.parametrize(
    "text",
    [
        *("$ len(_.rows)", "$ _.text.upper()", "$ [x for x in _.rows]", "$ f'{_.n}'", "{_.n}"),
        *("$ _.n * 2", "$ _.n ** 9", "$ _.text % 1", "$ 1 in _.rows", "$ _.rows[0:1]"),
        *("$ json", "$ nothing", "$ _.missing", "$ _.__class__", "$ _.n +", "$ _ + 1"),
        *("$ big + big", "$ lambda: 1", "$ _.n" + " + _.n" * 100, "{{ _.n }}", "[_.n]"),
    ],
)
def test_all_else_is_left_to_a_worker(text: str) -> None:
    """Calls, what multiplies, names of functions and modules, long texts, and everything that fails."""
    with pytest.raises(NotSimple):
        simple(text)


def test_results_are_copies() -> None:
    """What goes on changing, such as a task's state, changes no result."""
    found = simple("$ _.rows")
    assert found == VALUES["_"]["rows"]
    assert found is not VALUES["_"]["rows"]
    assert found[1] is not VALUES["_"]["rows"][1]


@pytest.mark.parametrize(
    "texts",
    [
        *(["$ _.rows == _.others"], ["$ " + " <= ".join(["_.rows"] * 60)], ["$ _.rows"]),
        *([f"$ _.n + {i}" for i in range(1000)], ["$ " + "-" * 400 + str(i) for i in range(20)]),
        *(["$ _.all"] * 200, ["text"] * 2000),
    ],
)
def test_what_may_hold_the_server_is_left_to_a_worker(texts: list[str]) -> None:
    """Comparing or giving what is big, in one step that nothing interrupts; reading many texts."""
    some = list(range(10_000))
    held: Any = {"n": 1, "rows": some, "others": [*some], "all": some[:100]}
    with pytest.raises(NotSimple):
        evaluate_simple(texts, texts, {"_": lambda: held})


def test_nothing_is_silenced_for_the_whole_process() -> None:
    """Python warns about some texts while it parses them, which a worker silences in its own process."""
    for text in (r"$ '\d'", "$ 1if _.n else 2"):
        with pytest.raises(NotSimple):
            simple(text)


def test_thousands_of_texts_are_evaluated() -> None:
    """By a worker, which takes them all at once."""
    texts = [f"$ _ + {i}" for i in range(3000)]

    async def main() -> Any:
        return await evaluate([*texts, "plain"], {"_": lambda: 1})

    assert anyio.run(main) == [*range(1, 3001), "plain"]
