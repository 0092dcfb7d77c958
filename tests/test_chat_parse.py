"""Answers that are read as a value of a type."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypedDict

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpx import HTTPXMock

from julep import Answer, Execution, OutputMismatch, ParsedAnswer, TurnLimitReached
from julep._codec import encode, structure
from julep._codec.mismatch import Mismatch
from julep._output import Output
from julep.local import LocalServer

from .conftest import Face
from .desk import SEARCH, Desk, desk, order_status
from .local.fake_openai import completion, fake_openai
from .recorded import recorded_2025
from .schemas import KINDS, Kind
from .test_shapes import fits


@attrs.define
class Person:
    """Somebody.

    Attributes:
        age: In years.
    """

    name: str
    age: int = 0


@dataclass
class Pet:
    """An animal."""

    owner: Person
    kind: Literal["cat", "dog"]


class Spot(NamedTuple):
    """A place."""

    x: int
    y: int


class Sizes(TypedDict, total=False):
    """Sizes of clothes."""

    shoe: int


class Mood(enum.Enum):
    """How somebody is."""

    GOOD = "good"
    BAD = "bad"


ADA = Person("Ada", 36)
POSITIVE = {"type": "integer", "minimum": 1}
READ: list[tuple[Any, str, Any]] = [
    (Person, '{"name": "Ada", "age": 36, "more": 1}', ADA),
    (Pet, '{"owner": {"name": "Ada"}, "kind": "cat"}', Pet(Person("Ada"), "cat")),
    (Spot, '{"x": 1, "y": 2}', Spot(1, 2)),
    (Sizes, '{"shoe": 38}', {"shoe": 38}),
    (list[Person], '{"value": [{"name": "Ada", "age": 36}]}', [ADA]),
    (list[Person], '[{"name": "Ada", "age": 36}]', [ADA]),
    (Mood, '{"value": "bad"}', Mood.BAD),
    (Mood, " bad\n", Mood.BAD),
    (Literal["yes", 1], '"yes"', "yes"),
    (str, '{"value": "{}"}', "{}"),
    (int | None, '{"value": null}', None),
    (Person | list[int], '{"name": "Ada", "age": 36}', ADA),
    (dict[str, int] | None, '{"value": 1}', {"value": 1}),
    (Any, '{"value": 1, "unit": "m"}', {"value": 1, "unit": "m"}),
    (int, '{"value": 1, "why": "so"}', 1),
    (POSITIVE, '{"value": 7}', 7),
    ({"type": "object"}, '{"value": 7}', {"value": 7}),
    (Person, '```json\n{"name": "Ada", "age": 36}\n```', ADA),
    (Person, 'Here:\n\n~~~\n{"name": "Ada", "age": 36}\n~~~\nThat is it.', ADA),
    (Person, '```{"name": "```", "age": 36}```', Person("```", 36)),
    (Person, '```py\nx = 1\n```\n```\n{"name": "A", "age": 36}\n```', Person("A", 36)),
]


def said(text: str, **choice: Any) -> Answer:
    """An answer of the model."""
    first = {"index": 0, "message": {"role": "assistant", "content": text}, **choice}
    return structure({"id": "1", "choices": [first]}, Answer)


async def parse(at: Desk, form: Any, *turns: Any, **options: Any) -> ParsedAnswer[Any]:
    """The answer to a chat in which the model says this."""
    at.script(*turns)
    call = at.client.sessions.chat.parse
    answer: ParsedAnswer[Any] = await at.face.call(call, at.session, "hi", form, **options)
    return answer


@pytest.mark.parametrize(("form", "text", "value"), READ, ids=str)
def test_text_is_read_as_the_type(form: Any, text: str, value: Any) -> None:
    """With and without the object around what is none, in fenced blocks, and as a bare word."""
    assert Output(form).of_answer(said(text)) == value


OUTPUTS: list[tuple[Any, Any, Any]] = [
    (Person, {"name": "Ada", "age": 36}, ADA),
    (Person, '```json\n{"name": "Ada", "age": 36}\n```', ADA),
    (list[int], [1], [1]),
    (list[int], {"value": [1]}, [1]),
    (list[int], '{"value": [1]}', [1]),
    (Mood, "bad", Mood.BAD),
    (str, '{"value": "x"}', '{"value": "x"}'),
    (Any, {"value": 1}, {"value": 1}),
    (POSITIVE, "7", 7),
]


@pytest.mark.parametrize(("form", "output", "value"), OUTPUTS, ids=str)
def test_outputs_of_tasks_are_read_likewise(form: Any, output: Any, value: Any) -> None:
    """As they are where they fit, and else as what a model may have written."""
    done = Execution(id="e1", task_id="t1", status="succeeded", input={}, output=output)
    assert Output(form).of_task(done) == value


@settings(deadline=None, max_examples=50)
@given(st.data(), KINDS)
def test_what_a_model_may_write_is_read(data: st.DataObject, kind: Kind) -> None:
    """JSON that is as the `response_format` says comes back as the value, fenced or not."""
    value = data.draw(kind.values)
    output = Output(kind.form)
    schema = output.format["json_schema"]["schema"]
    text = encode(
        {"value": value} if schema.get("properties", {}).keys() == {"value"} else value
    ).decode()

    assert schema["type"] == "object"
    fits(json.loads(text), schema)
    for written in (text, f"```json\n{text}\n```", f"So:\n```\n{text}\n```\n"):
        assert output.of_answer(said(written)) == value


async def test_an_answer_is_parsed(face: Face, julep_server: LocalServer) -> None:
    """The model is given the schema, and its answer becomes a value of the type."""
    at = await desk(face, julep_server)
    answer = await parse(at, Person, '{"name": "Ada", "age": 36}', temperature=0)
    assert (answer.parsed, answer.text) == (ADA, '{"name": "Ada", "age": 36}')
    assert len(answer.turns) == 1
    assert (await parse(at, list[Spot], '{"value": [{"x": 1, "y": 2}]}')).parsed == [Spot(1, 2)]
    assert (await parse(at, POSITIVE, '{"value": 7}')).parsed == 7

    asked = [call["response_format"] for call in julep_server.model_calls]
    assert {each["type"] for each in asked} == {"json_schema"}
    assert asked[0]["json_schema"] == {
        "name": "answer",
        "schema": {
            "description": "Somebody.",
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "age": {"description": "In years.", "type": "integer", "default": 0},
            },
            "required": ["name"],
        },
    }
    assert asked[2]["json_schema"]["schema"] == {
        "type": "object",
        "properties": {"value": POSITIVE},
        "required": ["value"],
        "additionalProperties": False,
    }


async def test_a_recorded_answer_is_parsed(face: Face, httpx_mock: HTTPXMock) -> None:
    """What a server of 2025 was asked with is what `parse` sends, and its answer is read."""
    recorded = recorded_2025()["chat_response_format_json_schema"]
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    httpx_mock.add_response(status_code=recorded.status, json=recorded.answer)
    answer = await face.call(face.client().sessions.chat.parse, "s1", "x", schema, save=False)
    assert answer.parsed == {"a": 1}
    sent = json.loads(httpx_mock.get_requests()[0].content)
    sent["response_format"]["json_schema"]["name"] = "s"
    assert sent == recorded.body


async def test_models_of_pydantic_are_parsed(face: Face, julep_server: LocalServer) -> None:
    """They read themselves."""
    pydantic: Any = pytest.importorskip("pydantic")
    age = pydantic.Field(3, le=150)
    model = pydantic.create_model("Local", name=(str, ...), age=(int, age))
    at = await desk(face, julep_server)
    answer = await parse(at, model, '{"name": "Ada"}')
    assert answer.parsed == model(name="Ada")
    for text, place, told in (
        ('{"age": 5}', "name", "(Field required), got nothing"),
        ('{"name": "A", "age": "old"}', "age", "unable to parse string as an integer), got text"),
        (
            '{"name": "A", "age": 200}',
            "age",
            "(Input should be less than or equal to 150), got 200",
        ),
    ):
        with pytest.raises(OutputMismatch) as wrong:
            await parse(at, model, text)
        assert wrong.value.path == place
        assert str(wrong.value).endswith(told)
        assert f"{place}: expected what Local accepts (" in str(wrong.value)


async def test_what_does_not_fit_is_told(face: Face, julep_server: LocalServer) -> None:
    """The error has the text, the place in it, and the answer; nothing is asked again."""
    at = await desk(face, julep_server)
    text = '{"value": [{"owner": {"name": 5}, "kind": "cat"}]}'
    with pytest.raises(OutputMismatch) as wrong:
        await parse(at, list[Pet], text)
    assert str(wrong.value) == (
        "the answer does not fit: [0].owner.name: expected text, got a whole number"
    )
    assert (wrong.value.text, wrong.value.path) == (text, "[0].owner.name")
    assert wrong.value.answer is not None
    assert [turn.text for turn in wrong.value.answer.turns] == [text]
    assert len(julep_server.model_calls) == 1


@pytest.mark.parametrize(
    ("form", "text", "fault"),
    [
        (Person, "", "expected JSON, got no text"),
        (Person, "I can't.", "expected JSON, got text that is not"),
        (Person, '{"name": NaN}', "NaN is not a number in JSON"),
        (Person, "[]", "expected an object with name"),
        (str, "I can't.", "expected JSON"),
        (POSITIVE, "I can't.", "expected JSON"),
        (Mood, "fine", "expected JSON"),
        (int, '{"value": "1"}', "expected a whole number, got text"),
        (list[int], '[1, "2"]', r"\[1\]: expected a whole number, got text"),
    ],
    ids=str,
)
def test_text_that_is_no_such_value_is_none(form: Any, text: str, fault: str) -> None:
    """Words are no text of a model's that was asked for JSON, nor any value of a schema."""
    with pytest.raises(Mismatch, match=fault):
        Output(form).of_answer(said(text))


ENDS: list[tuple[dict[str, Any], str]] = [
    ({"finish_reason": "length"}, "cut, since the model had no tokens left; max_tokens"),
    ({"finish_reason": "content_filter"}, "filtered"),
    (
        {"message": {"role": "assistant", "content": None, "refusal": "No, sir."}},
        "refused: No, sir",
    ),
]


@pytest.mark.parametrize(("change", "fault"), ENDS, ids=lambda each: str(each)[:20])
async def test_what_is_no_whole_answer_is_not_read(
    face: Face, change: dict[str, Any], fault: str
) -> None:
    """A cut, filtered or refused answer is an error whatever stands in it, and not asked again."""
    with fake_openai() as model, LocalServer(openai_base_url=model.url) as server:
        at = await desk(face, server)
        whole = completion('{"name": "Ada"}')
        whole["choices"][0] |= change
        model.answers["/v1/chat/completions"] = (200, whole)
        with pytest.raises(OutputMismatch, match=fault) as wrong:
            await parse(at, Person, repair=1)
        assert len(model.asked("/v1/chat/completions")) == 1
    assert wrong.value.answer is not None
    assert wrong.value.text == wrong.value.answer.text


async def test_an_answer_is_repaired(face: Face, julep_server: LocalServer) -> None:
    """The model is told what is wrong, once, and its next answer counts."""
    at = await desk(face, julep_server)
    answer = await parse(at, Person, '{"name": 5}', '{"name": "Ada", "age": 36}', repair=1)
    assert answer.parsed == ADA
    assert [turn.text for turn in answer.turns] == ['{"name": 5}', '{"name": "Ada", "age": 36}']
    first, second = (call["messages"] for call in julep_server.model_calls)
    assert second[: len(first) + 1] == [*first, {"role": "assistant", "content": '{"name": 5}'}]
    (told,) = second[len(first) + 1 :]
    assert told == {
        "role": "user",
        "content": (
            "Your answer does not fit: name: expected text, got a whole number. "
            "Answer again, with the JSON alone."
        ),
    }
    with pytest.raises(OutputMismatch, match="expected JSON"):
        await parse(at, Person, "{", "[", repair=1)
    assert len(julep_server.model_calls) == 4


async def test_a_repair_is_a_turn(face: Face, julep_server: LocalServer) -> None:
    """`max_turns` bounds how often the model is asked, for whatever reason."""
    at = await desk(face, julep_server)
    with pytest.raises(OutputMismatch):
        await parse(at, Person, "{", repair=1, max_turns=1)
    assert len(julep_server.model_calls) == 1


async def test_a_repair_knows_what_was_said(face: Face, julep_server: LocalServer) -> None:
    """Where nothing is saved all is sent again; what looks like a template is none."""
    at = await desk(face, julep_server)
    words = '"{{ agent.name }}"'
    answer = await parse(at, Mood, words, '"good"', repair=1, save=False)
    assert answer.parsed is Mood.GOOD
    said = [message["content"] for message in julep_server.model_calls[-1]["messages"]]
    assert said[-3:-1] == ["hi", words]
    assert "got " + words in said[-1]


async def test_functions_are_called_first(face: Face, julep_server: LocalServer) -> None:
    """The last turn is what is parsed; open calls and too many turns are told."""
    at = await desk(face, julep_server)
    call = [("order_status", {"order": "A17"})]
    answer = await parse(
        at, Person, call, "?", call, '{"name": "Ada"}', tools=[order_status], repair=1
    )
    assert answer.parsed == Person("Ada")
    assert [len(turn.calls) for turn in answer.turns] == [1, 0, 1, 0]
    with pytest.raises(TurnLimitReached):
        await parse(at, Person, call, tools=[order_status], max_turns=1)
    with pytest.raises(OutputMismatch, match="tools that the caller has to run: search") as open_:
        await parse(at, Person, [("search", {})], tools=[SEARCH], repair=1)
    assert open_.value.answer is not None
    assert len(open_.value.answer.tool_calls) == 1


@pytest.mark.parametrize(
    ("form", "options", "fault"),
    [
        (complex, {}, "output: complex has no form in JSON"),
        (Person, {"response_format": {"type": "text"}}, "parse makes the response_format itself"),
        (Person, {"repair": -1}, "repair must be 0 or more, not -1"),
        (Person, {"repair": True}, "repair must be a whole number, not True"),
        (Person, {"temprature": 0}, "did you mean 'temperature'"),
    ],
)
async def test_what_can_not_be_asked_is_refused(
    face: Face, form: Any, options: dict[str, Any], fault: str, httpx_mock: HTTPXMock
) -> None:
    """Before anything is sent, and before anything is awaited."""
    with pytest.raises((TypeError, ValueError), match=fault):
        face.client().sessions.chat.parse("s1", "hi", form, **options)
    assert httpx_mock.get_requests() == []
