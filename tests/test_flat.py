"""The documented clients, held to the document: names, signatures, examples, answers."""

from __future__ import annotations

import inspect
import json
import typing
from typing import Any, get_args, get_origin

import anyio
import pytest
from pytest_httpx import HTTPXMock

import julep
from julep import AsyncJulepApi, JulepApi
from julep.errors import InternalServerError
from julep.types import MessageChatResponse

from .flat_client import FACES, OPERATIONS, arguments_of, call, client_of
from .recorded import exchanges, lost, recorded_2025

RECORDED = exchanges()
BOTH = pytest.mark.parametrize("api", [JulepApi, AsyncJulepApi])
EACH_OPERATION = pytest.mark.parametrize("name", OPERATIONS)
EACH_FACE = pytest.mark.parametrize("face", FACES)


def example(name: str, face: str) -> str:
    """The program that the document shows for an operation."""
    shown = OPERATIONS[name]["example"]
    api = "JulepApi" if face == "sync" else "AsyncJulepApi"
    arguments = "".join(f"    {key}={value},\n" for key, value in shown["arguments"].items())
    called = f"client.{name}(\n{arguments})\n"
    awaited = f"async def main() -> None:\n    await {called.replace(chr(10), chr(10) + '    ')}\n"
    return (
        "import asyncio\n\n"
        + "".join(f"from julep import {imported}\n" for imported in shown["imports"])
        + f"from julep.client import {api}\n\n"
        + f'client = {api}(\n    auth_key="YOUR_AUTH_KEY",\n    api_key="YOUR_API_KEY",\n)\n'
        + (called if face == "sync" else awaited)
        + ("asyncio.run(main())\n" if face == "asyncio" else "")
    )


def answers(name: str) -> list[Any]:
    """The bodies that servers of both generations answered an operation with."""
    bodies = [RECORDED[answer]["response"]["body"] for answer in OPERATIONS[name]["answers"]]
    return bodies or [{"vectors": [[0.5, 0.5]]}]


@EACH_FACE
@EACH_OPERATION
def test_every_example_runs_unchanged(name: str, face: str, httpx_mock: HTTPXMock) -> None:
    """The document's program runs as printed, and sends what the API describes."""
    httpx_mock.add_response(text=json.dumps(answers(name)[0]))
    namespace: dict[str, Any] = {}
    exec(compile(example(name, face), name, "exec"), namespace)
    if face == "trio":
        anyio.run(namespace["main"], backend="trio")
    sent = httpx_mock.get_request()
    assert sent is not None
    expected = OPERATIONS[name]["example"]["sends"]
    assert sent.method == OPERATIONS[name]["method"]
    assert (sent.url.host, sent.url.path) == ("api-alpha.julep.ai", "/api" + expected["path"])
    assert dict(sent.url.params.multi_items()) == expected["query"]
    assert (json.loads(sent.content) if sent.content else None) == expected["json"]
    assert sent.headers["authorization"] == "YOUR_API_KEY"
    assert sent.headers["x-auth-key"] == "YOUR_AUTH_KEY"


@BOTH
@EACH_OPERATION
def test_signatures_are_those_of_the_document(name: str, api: type[Any]) -> None:
    """Names, order, annotations, defaults and the type of the result are the printed ones."""
    method = getattr(client_of(api), name)
    signature = inspect.signature(method)
    defaults = {None: inspect.Parameter.empty, "OMIT": ..., "None": None}
    assert list(signature.parameters.values()) == [
        inspect.Parameter(
            parameter["name"],
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            annotation=parameter["annotation"],
            default=defaults[parameter.get("default")],
        )
        for parameter in OPERATIONS[name]["parameters"]
    ]
    assert signature.return_annotation == OPERATIONS[name]["returns"]
    assert inspect.signature(getattr(api, name)).return_annotation == OPERATIONS[name]["returns"]
    assert inspect.iscoroutinefunction(method) is (api is AsyncJulepApi)


@EACH_OPERATION
def test_annotations_name_what_can_be_imported(name: str) -> None:
    """Tools that evaluate annotations can; each parameter is described in the docstring."""
    described = getattr(JulepApi, name)
    hints = typing.get_type_hints(described)
    for parameter in OPERATIONS[name]["parameters"]:
        assert parameter["name"] in hints
        assert f"\n    {parameter['name']}: " in inspect.cleandoc(described.__doc__)


@EACH_FACE
@EACH_OPERATION
def test_answers_of_both_generations_are_read_as_documented(
    name: str, face: str, httpx_mock: HTTPXMock
) -> None:
    """Ids only or the whole resource, the result has the documented type and loses nothing."""
    documented = getattr(julep, OPERATIONS[name]["returns"])
    kind = MessageChatResponse if name == "chat_route_generate" else get_origin(documented)
    arguments = arguments_of(name)
    for body in answers(name):
        httpx_mock.add_response(text=json.dumps(body))
        result = call(face, name, **arguments)
        assert isinstance(result, kind or documented)
        for item in getattr(result, "items", ()):
            assert isinstance(item, get_args(documented) or object)
        assert body is None or lost(body, result.to_dict()) == []


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.endswith("_list")])
def test_pages_of_all_servers_are_read_alike(name: str, httpx_mock: HTTPXMock) -> None:
    """`items`, `results` as the document has them, and a bare array give the same page."""
    items = answers(name)[0]["items"]
    nested = name == "execution_transitions_route_list"
    results = [{"transitions": items}] if nested else items
    for body in ({"items": items}, {"results": results}, items):
        httpx_mock.add_response(json=body)
        page = call("sync", name, **arguments_of(name))
        assert lost(items, [item.to_dict() for item in page.items]) == []
        assert (page.results[0].transitions if nested else page.results) == page.items


@pytest.mark.parametrize("name", [n for n, o in OPERATIONS.items() if "{" in o["path"]])
def test_an_empty_id_is_refused_before_anything_is_sent(name: str) -> None:
    """Each operation on a path with ids names the id that is empty."""
    arguments = arguments_of(name)
    for parameter in OPERATIONS[name]["parameters"]:
        if parameter["in"] == "path":
            with pytest.raises(ValueError, match=r"id is empty; pass the id"):
                call("sync", name, **{**arguments, parameter["name"]: ""})


@pytest.mark.parametrize(
    ("wanted", "filters"),
    [
        ("not even JSON", {"metadata_filter": "not even JSON"}),
        ({"tier": "gold"}, {"metadata_filter": '{"tier":"gold"}', "metadata_filter.tier": "gold"}),
    ],
)
def test_pages_are_asked_for_as_given(
    wanted: Any, filters: dict[str, str], httpx_mock: HTTPXMock
) -> None:
    """Each argument goes out under its name; a dict as filter in the forms of both generations."""
    httpx_mock.add_response(json={"items": []})
    paging = {"limit": 5, "offset": 2, "sort_by": "updated_at", "direction": "desc"}
    call("sync", "users_route_list", **paging, metadata_filter=wanted)
    sent = dict(httpx_mock.get_requests()[0].url.params)
    assert sent == {**paging, "limit": "5", "offset": "2", **filters}


@pytest.mark.parametrize(
    "name", ["agents_route_create", "users_route_update", "sessions_route_patch"]
)
def test_writes_answer_with_what_the_server_said(name: str, httpx_mock: HTTPXMock) -> None:
    """Ids stay ids: nothing is fetched or filled in, as the fluent face does."""
    body = answers(name)[0]
    httpx_mock.add_response(json=body)
    assert call("sync", name, **arguments_of(name)).to_dict().keys() == body.keys()


def test_a_started_execution_tells_its_job(httpx_mock: HTTPXMock) -> None:
    """Servers of 2025 put its id into the metadata."""
    answer = recorded_2025()["executions_create"].answer
    httpx_mock.add_response(status_code=201, json=answer)
    name = "task_executions_route_create"
    assert call("sync", name, **arguments_of(name)).jobs == answer["metadata"]["jobs"]


@pytest.mark.parametrize(
    ("change", "times"),
    [
        (julep.ExecutionsUpdateExecutionRequest_Running(input={}), 1),
        (julep.ExecutionsUpdateExecutionRequest_Cancelled(), 2),
    ],
)
def test_a_resume_is_not_sent_twice_by_itself(
    change: Any, times: int, httpx_mock: HTTPXMock
) -> None:
    """A client that repeats what is safe to repeat cancels again, and never resumes again."""
    httpx_mock.add_response(status_code=500, headers={"retry-after": "0"}, is_reusable=True)
    client = client_of(JulepApi).with_options(max_retries=1)
    with pytest.raises(InternalServerError):
        client.executions_route_update("1", change)
    assert len(httpx_mock.get_requests()) == times
