"""What executions act on: each part asked for what it does, its errors in the engine's terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import anyio
import pytest

from julep.local.effects import LocalEffects
from julep.local.errors import BadRequest, ModelFailed, NotFound
from julep.local.fields import invalid
from julep.local.json_limits import DEEPEST, is_too_deep, levels
from julep.local.scripting import Clock
from julep.local.timers import Timers
from julep.local.workflow.ports import EffectError, Execution, HttpCall, ModelRequest, SystemCall

AGENT: Any = {"id": "agent"}
TASK: Any = {}
EXECUTION = Execution(id="e", task=TASK, input=None, agent=AGENT)


class Parts:
    """All that effects are made of, which notes what it is asked, or fails.

    Attributes:
        asked: what was asked.
        error: what is raised.
    """

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.error: Exception | None = None

    async def _note(self, *asked: Any) -> Any:
        self.asked.append(asked)
        if self.error:
            raise self.error
        return "answer"

    def values(self) -> dict[str, str]:
        """All secrets."""
        return {"KEY": "s3cret"}

    async def complete(self, request: Any) -> Any:
        """Answer as a model."""
        return await self._note(request)

    async def call(self, *asked: Any) -> Any:
        """Answer as a caller or as integrations."""
        return await self._note(*asked)

    async def embed_texts(self, texts: Sequence[str]) -> Any:
        """Answer as an embedder."""
        return await self._note(texts)

    async def of_owner(self, owner_id: str, body: Any) -> Any:
        """Answer as a search."""
        return await self._note(owner_id, body)

    async def aclose(self) -> None:
        """Close."""
        await self._note("closed")


def acted(parts: Parts, act: Callable[[LocalEffects], Any]) -> Any:
    """What effects made of these parts give."""
    any_parts: Any = parts

    async def play() -> Any:
        effects = LocalEffects(
            any_parts,
            any_parts,
            any_parts,
            any_parts,
            client=any_parts,
            integrations=any_parts,
            timers=Timers(Clock()),
        )
        return await act(effects)

    return anyio.run(play)


MESSAGE: Any = {"role": "user", "content": "x"}
REQUEST = ModelRequest(model="m", messages=[MESSAGE], settings={"top_p": 1})
CALL = HttpCall(method="GET", url="http://a", headers={}, options={})


ASKED: list[tuple[Callable[[Any], Any], Any]] = [
    (
        lambda effects: effects.complete(EXECUTION, REQUEST),
        ({"top_p": 1, "model": "m", "messages": [MESSAGE]},),
    ),
    (lambda effects: effects.http(EXECUTION, CALL), (CALL,)),
    (
        lambda effects: effects.integration(EXECUTION, {"provider": "p"}, {"a": 1}),
        ({"provider": "p"}, {"a": 1}),
    ),
    (lambda effects: effects.embed(["a\ud83d"]), (["a\ufffd"],)),
    (
        lambda effects: effects.search(EXECUTION, {"text": "\ud83d"}),
        ("agent", {"text": "\ufffd"}),
    ),
]


@pytest.mark.parametrize(
    ("act", "asked"),
    ASKED,
)
def test_each_part_is_asked(act: Any, asked: Any) -> None:
    """With text that can be sent."""
    parts = Parts()
    assert acted(parts, act) == "answer"
    assert parts.asked == [asked]


@pytest.mark.parametrize(
    ("error", "words", "transient"),
    [
        (ModelFailed("busy", transient=True), "busy", True),
        (ModelFailed("no"), "no", False),
        (BadRequest("no"), "no", False),
        (NotFound("no"), "no", False),
        (
            invalid("missing", "Field required", "text"),
            "Validation error: text: Field required",
            False,
        ),
    ],
)
def test_errors_are_told_in_the_engines_terms(
    error: Exception, words: str, transient: bool
) -> None:
    """Some may pass."""
    acts: list[Callable[[LocalEffects], Any]] = [
        lambda effects: effects.complete(EXECUTION, REQUEST),
        lambda effects: effects.embed(["a"]),
        lambda effects: effects.search(EXECUTION, {}),
    ]
    for act in acts:
        parts = Parts()
        parts.error = error
        with pytest.raises(EffectError, match=words) as caught:
            acted(parts, act)
        assert caught.value.transient is transient


def test_the_servers_own_api_is_called_once_it_is_there() -> None:
    """Time passes by its clock, and secrets are those of the store."""
    call = SystemCall(resource="user", subresource=None, operation="list", arguments={})
    parts = Parts()

    async def act(effects: LocalEffects) -> Any:
        with pytest.raises(EffectError, match=r"not implemented for user\.list"):
            await effects.system(EXECUTION, call)
        effects.system_caller = parts.call
        answer = await effects.system(EXECUTION, call)
        before = effects.now()
        await effects.sleep(0.001)
        assert effects.now() > before
        assert effects.new_id() < effects.new_id()
        assert effects.secrets() == {"KEY": "s3cret"}
        await effects.aclose()
        return answer

    assert acted(parts, act) == "answer"
    assert parts.asked == [(call,), ("closed",)]


def nested(depth: int) -> Any:
    """So many levels."""
    value: Any = 1
    for at in range(depth - 1):
        value = [value] if at % 2 else {"a": value, "b": 0}
    return value


@pytest.mark.parametrize(
    ("depth", "is_deep"), [(1, False), (DEEPEST, False), (DEEPEST + 1, True), (5_000, True)]
)
def test_json_has_so_many_levels(depth: int, is_deep: bool) -> None:
    """No recursion counts them."""
    assert is_too_deep(nested(depth)) is is_deep


def test_levels_are_seen_from_outside() -> None:
    """Each with all its values."""
    assert list(levels({"a": [1, {"b": 2}], "c": 3})) == [
        [{"a": [1, {"b": 2}], "c": 3}],
        [[1, {"b": 2}], 3],
        [1, {"b": 2}],
        [2],
    ]
