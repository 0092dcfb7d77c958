"""Models of the caller's own, in the places where the API wants an object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import attrs
import pytest
from pytest_httpx import HTTPXMock

from julep import Agent

from .conftest import ADA, Face


@dataclass
class Data:
    """A dataclass."""

    role: str = "user"
    content: str = "hi"


@attrs.define
class Defined:
    """A class of attrs."""

    role: str = "user"
    content: str = "hi"


class Dumped:
    """A model that gives its fields, and can be iterated over, as pydantic's can."""

    def model_dump(self, *, mode: str) -> dict[str, str]:
        """The fields as JSON has them."""
        assert mode == "json"
        return {"role": "user", "content": "hi"}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter({"role": "user", "content": "hi"}.items())


FIELDS = {"role": "user", "content": "hi"}
EACH_KIND = pytest.mark.parametrize(
    "model", [Data(), Defined(), Dumped()], ids=lambda m: type(m).__name__
)


@EACH_KIND
async def test_a_model_is_a_message(face: Face, model: Any, httpx_mock: HTTPXMock) -> None:
    """Alone and in a list."""
    httpx_mock.add_response(json={"id": "c1", "choices": []}, is_reusable=True)
    chat = face.client().sessions.chat
    await face.call(chat, "s1", model)
    await face.call(chat, "s1", [model, "and"])
    sent = [json.loads(one.content)["messages"] for one in httpx_mock.get_requests()]
    assert sent == [[FIELDS], [FIELDS, {"role": "user", "content": "and"}]]


@EACH_KIND
async def test_a_model_is_a_value(face: Face, model: Any, httpx_mock: HTTPXMock) -> None:
    """As the object itself, within another, and as a filter."""
    httpx_mock.add_response(json=ADA)
    httpx_mock.add_response(json=ADA)
    httpx_mock.add_response(json=[])
    client = face.client()
    await face.call(client.agents.create, name="A", metadata=model)
    await face.call(client.agents.create, name="A", metadata={"all": [model]})
    await face.call(client.agents.list(metadata_filter=model).to_list)
    first, second, third = httpx_mock.get_requests()
    assert json.loads(first.content)["metadata"] == FIELDS
    assert json.loads(second.content)["metadata"] == {"all": [FIELDS]}
    assert json.loads(third.url.params["metadata_filter"]) == FIELDS


async def test_an_answer_of_another_kind_is_no_message(face: Face) -> None:
    """What the SDK itself gives is known: an agent can't be said."""
    with pytest.raises(
        TypeError, match=r"messages\[0\] must be text, a dict or a Message, not Agent"
    ):
        await face.call(face.client().sessions.chat, "s1", [Agent(id="a1", name="Ada")])
