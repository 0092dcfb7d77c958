"""Models where pydantic and FastAPI look at them: as types, as answers, and in JSON Schema."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter, ValidationError

from julep import AsyncJulep, Julep, Page, Pages, types
from julep._codec import structure
from julep._faces import Sync
from julep.types import Agent, ChatSettings, CreateAgent, History, Listing, Run, Task, User
from julep.types._as_dict import AsDict

from .test_recorded_2025 import ANSWERS, LATE_FORMS

ADA = {"id": "a1", "name": "Ada", "default_settings": {"temperature": 1}, "novel": {"a": None}}
MODELS = [
    kind
    for kind in (getattr(types, name) for name in vars(types)["__all__"])
    if isinstance(kind, type) and issubclass(kind, AsDict)
]


class Team(BaseModel):
    """A model of a user's with fields of ours."""

    lead: Agent
    others: list[Agent | User] = []
    history: History | None = None


@cache
def adapter(form: Any) -> TypeAdapter[Any]:
    """What pydantic makes of a type."""
    return TypeAdapter(form)


@cache
def written_form(form: Any) -> Any:
    """What tells whether JSON is as the schema of written values says."""
    return Draft202012Validator(adapter(form).json_schema(mode="serialization"))


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("kind", MODELS)
def test_json_schema_has_the_fields_of_a_model(kind: Any, mode: Any) -> None:
    """Every field is there under its name in JSON; those without a default are required."""
    schema = adapter(kind).json_schema(mode=mode)
    schema = schema.get("$defs", {}).get(kind.__name__, schema)
    assert schema["title"] == kind.__name__
    assert (schema["type"], schema["additionalProperties"]) == ("object", True)
    assert schema["description"]
    assert list(schema.get("properties", {})) == [wire for _, wire, _ in kind.__fields__]
    assert schema.get("required", []) == [wire for _, wire, must in kind.__fields__ if must]


def test_json_schema_says_what_fields_hold() -> None:
    """Types, models by reference, times, known words, and the words of the docstring."""
    schema = adapter(Agent).json_schema()
    fields = schema["properties"]
    nothing = {"type": "null"}
    time = {"type": "string", "format": "date-time"}
    assert fields["id"] == {"type": "string", "title": "Id", "description": "Id of the agent."}
    assert fields["created_at"]["anyOf"] == [time, nothing]
    assert fields["default_settings"]["anyOf"] == [{"$ref": "#/$defs/ChatSettings"}, nothing]
    assert fields["about"]["description"] == "What the agent is, in a few words."
    assert "temperature" in schema["$defs"]["ChatSettings"]["properties"]


def test_json_schema_of_steps_refers_to_itself() -> None:
    """Steps hold steps: each class is described once."""
    described = adapter(Task).json_schema()["$defs"]
    branch = described["IfElseStep"]["properties"]["then"]["anyOf"]
    assert {"$ref": "#/$defs/IfElseStep"} in branch
    assert {"$ref": "#/$defs/ForeachStep"} in branch


def test_json_schema_of_a_list_names_its_items() -> None:
    """A generic model is described and read for its type, and without one for anything."""
    schema = adapter(Listing[Agent]).json_schema()
    assert schema["properties"]["items"]["items"] == {"$ref": "#/$defs/Agent"}
    assert adapter(Listing[Agent]).validate_python({"items": [ADA]}).items[0].id == "a1"
    words = adapter(Run[Literal["yes", "no"]]).json_schema()["properties"]["parsed"]["enum"]
    assert words == ["yes", "no"]
    assert adapter(Listing).validate_python({"items": [1]}).items == [1]


def test_what_servers_answer_fits_the_schema() -> None:
    """Each recorded answer, read and written by pydantic, loses nothing and is as described."""
    for one in ANSWERS:
        called = f"{one.method} {one.path}"
        form = next(form for pattern, form in LATE_FORMS.items() if re.fullmatch(pattern, called))
        read = adapter(form).validate_python(one.answer)
        assert read == structure(one.answer, form)
        written = adapter(form).dump_python(read, mode="json")
        written_form(form).validate(written)
        assert adapter(form).validate_python(written) == read


def test_models_are_fields_of_pydantics() -> None:
    """They are read from JSON or taken as they are, written as `to_dict` does, and read again."""
    lead = structure(ADA, Agent)
    team = Team.model_validate_json(Team(lead=lead, others=[lead]).model_dump_json())
    assert team == Team.model_validate({"lead": ADA, "others": [lead]})
    assert team.lead == lead
    assert team.model_dump()["lead"] == lead.to_dict()
    assert Team(lead=lead).lead is lead
    user = User(id="u1", name="Bo")
    assert Team(lead=lead, others=[user]).others == [user]


def test_other_members_of_a_union_are_written_their_own_way() -> None:
    """A model beside a date takes nothing from it."""
    either = adapter(Agent | date)
    assert either.dump_python(date(2024, 5, 31)) == date(2024, 5, 31)
    assert either.dump_python(structure(ADA, Agent))["novel"] == {"a": None}


def test_what_is_shown_of_a_model_can_be_chosen() -> None:
    """Nulls are left out as by `to_dict(compact=True)`, and names by pydantic's own options."""
    lead = structure(ADA, Agent)
    dump = adapter(Agent).dump_python
    assert dump(lead, exclude_none=True) == lead.to_dict(compact=True)
    assert dump(lead, include={"id", "novel"}) == {"id": "a1", "novel": {"a": None}}
    assert "name" not in dump(lead, exclude={"name"})
    settings = Team(lead=lead).model_dump(include={"lead": {"default_settings": {"temperature"}}})
    assert settings == {"lead": {"default_settings": {"temperature": 1}}}


def test_python_values_are_read_as_json_shows_them() -> None:
    """Models, times and ids of Python's own may stand in what is read."""
    settings = ChatSettings(temperature=1)
    agent = adapter(Agent).validate_python({**ADA, "default_settings": settings})
    assert agent == structure(ADA, Agent)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        (3, [((), "mismatch", "Expected an object, got a whole number")]),
        ({"id": "a1"}, [(("name",), "missing", "Field required")]),
        (
            {"name": 3, "default_settings": {"stop": [], "temperature": "hot"}},
            [
                (("name",), "mismatch", "Expected text, got a whole number"),
                (("default_settings", "temperature"), "mismatch", "Expected a number, got text"),
                (("id",), "missing", "Field required"),
            ],
        ),
        (
            {"id": "a1", "name": "Ada", "metadata": {"x": object()}},
            [
                (
                    (),
                    "not_json",
                    (
                        "metadata.x: object of type `object` can't be sent as JSON; "
                        "pass text, numbers, booleans, None, lists or mappings"
                    ),
                )
            ],
        ),
    ],
)
def test_errors_are_pydantics(given: Any, faults: list[Any]) -> None:
    """All that is wrong is told, each with its place, as clients of FastAPI expect it."""
    with pytest.raises(ValidationError) as caught:
        Team.model_validate({"lead": given})
    found = [(one["loc"], one["type"], one["msg"]) for one in caught.value.errors()]
    assert found == [(("lead", *place), kind, text) for place, kind, text in faults]


def test_runs_are_written(julep: Julep, agent: Agent) -> None:
    """With what they are made of; they are not read again, since no server sends any."""
    steps = [{"evaluate": {"total": "$ 2 + 2"}}]
    run = julep.tasks.run(julep.tasks.create(agent, name="Sum", main=steps), input={})
    written = adapter(Run).dump_python(run, mode="json")
    assert written == dict(run) == run.to_dict()
    assert written["execution"]["output"] == written["parsed"] == {"total": 4}
    assert adapter(Run).validate_python(run) is run
    with pytest.raises(ValidationError, match="Expected an object of the class Run, got an object"):
        adapter(Run).validate_python(written)


def test_errors_of_items_name_their_index() -> None:
    """The place in a list is a number, and what is there is told."""
    nothing: dict[str, Any] = {}
    task = {"id": "t1", "name": "T", "main": [{"prompt": "x"}], "tools": [nothing]}
    with pytest.raises(ValidationError) as caught:
        adapter(Task).validate_python(task)
    (fault,) = caught.value.errors()
    assert (fault["loc"], fault["type"], fault["input"]) == (("tools", 0, "name"), "missing", {})


def backend(julep: Julep, agent: Agent) -> FastAPI:
    """A backend that answers with models in every way."""
    app = FastAPI()

    @app.get("/plain")
    def plain():  # type: ignore[no-untyped-def]  # noqa: ANN202 - FastAPI is told nothing
        return julep.agents.get(agent)

    @app.get("/nested")
    def nested():  # type: ignore[no-untyped-def]  # noqa: ANN202 - as above
        return {"agents": julep.agents.list().items}

    @app.get("/lazy")
    def lazy():  # type: ignore[no-untyped-def]  # noqa: ANN202 - as above
        return {"agents": julep.agents.list()}

    @app.get("/typed")
    def typed() -> Pages[Sync, Agent]:
        return julep.agents.list()

    @app.get("/annotated")
    def annotated() -> Agent:
        return julep.agents.get(agent)

    @app.get("/list")
    def listed() -> list[Agent]:
        return julep.agents.list().items

    @app.get("/page")
    def page() -> Page[Agent]:
        return julep.agents.list().items

    @app.get("/compact", response_model=Agent, response_model_exclude_none=True)
    def compact() -> Agent:
        return julep.agents.get(agent)

    @app.post("/agents")
    def create(body: Annotated[CreateAgent, Body()]) -> Agent:
        return julep.agents.create(name=body.name, about=body.about)

    return app


@pytest.fixture
def agent(julep: Julep) -> Agent:
    """An agent on a server."""
    return julep.agents.create(name="Ada", metadata={"x": None})


@pytest.fixture
def visitor(julep: Julep, agent: Agent) -> TestClient:
    """A client of the backend."""
    return TestClient(backend(julep, agent))


def test_fastapi_answers_with_models(julep: Julep, agent: Agent, visitor: TestClient) -> None:
    """What an endpoint returns is what `to_dict` gives, with an annotation or without."""
    plain = julep.agents.get(agent).to_dict()
    assert visitor.get("/plain").json() == plain
    assert visitor.get("/nested").json() == {"agents": [plain]}
    assert visitor.get("/annotated").json() == plain
    assert visitor.get("/list").json() == visitor.get("/page").json() == [plain]
    assert visitor.get("/lazy").json() == {"agents": [plain]}
    assert visitor.get("/typed").json() == [plain]
    assert visitor.get("/compact").json() == julep.agents.get(agent).to_dict(compact=True)


def test_fastapi_is_told_to_await_a_list() -> None:
    """A list that is awaited can't be written by FastAPI, and the error says what to write."""
    app, client = FastAPI(), AsyncJulep(api_key="k", environment="local")

    @app.get("/lazy")
    async def lazy():  # type: ignore[no-untyped-def]  # noqa: ANN202 - FastAPI is told nothing
        return client.agents.list()

    with pytest.raises(TypeError, match=re.escape("`await` the list for its first page")):
        TestClient(app).get("/lazy")


def test_fastapi_takes_models(visitor: TestClient) -> None:
    """A body is read as a model, or refused with the places of what is wrong."""
    made = visitor.post("/agents", json={"name": "Bo", "about": "b"})
    assert (made.status_code, made.json()["about"]) == (200, "b")
    refused = visitor.post("/agents", json={"name": 3})
    assert refused.status_code == 422
    assert [one["loc"] for one in refused.json()["detail"]] == [["body", "name"]]


def test_fastapi_documents_models(visitor: TestClient) -> None:
    """The document of the API describes them, and what they refer to."""
    document = visitor.get("/openapi.json").json()
    described = document["components"]["schemas"]
    answer = document["paths"]["/annotated"]["get"]["responses"]["200"]["content"]
    assert answer["application/json"]["schema"] == {"$ref": "#/components/schemas/Agent"}
    page = document["paths"]["/page"]["get"]["responses"]["200"]["content"]["application/json"]
    assert page["schema"]["items"] == {"$ref": "#/components/schemas/Agent"}
    assert described["Agent"]["required"] == ["name", "id"]
    settings = described["Agent"]["properties"]["default_settings"]["anyOf"]
    assert {"$ref": "#/components/schemas/ChatSettings"} in settings
    assert "temperature" in described["ChatSettings"]["properties"]
