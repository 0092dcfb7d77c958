"""Outputs of a type: how a model is given the type, and how what it writes is read.

Models differ in how well they keep to a schema. JSON is also found in a fenced block, and a value
without the object that models were asked to put it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from julep._codec.mismatch import Mismatch
from julep.types._json import is_array, is_object
from julep.types.executions import Execution
from julep.types.turns import Answer

from ._codec import encode, to_plain
from ._shapes import Field, Fields, parse, read, schema_of, shape_of
from .errors import OutputMismatch

_PLACE: Final = "value"
"""Where a value that is not an object stands in one: models can only be asked for objects."""
_FENCED: Final = re.compile(
    r"^[ \t]*(`{3,}|~{3,})(?:json\w*|\w*[ \t]*\n)?(.*?)\1[ \t]*$",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""A block of Markdown. In JSON no line ends within a text, so none ends like a block."""
_ANY_TEXT: Final = "whatever a model may say"
_NO_ANSWER: Final = {
    "length": "the answer was cut, since the model had no tokens left; max_tokens gives it more",
    "content_filter": "the answer was filtered",
    "refusal": "the model refused",
}
"""Why there is no whole answer, by the reason for which the model stopped."""


class Output:
    """A type that answers and outputs are read as.

    Attributes:
        format: The `response_format` that gives it to a model.
    """

    format: dict[str, Any]

    def __init__(self, form: Any) -> None:
        self._shape = shape_of(form, "output")
        schema = schema_of(self._shape)
        self._is_wrapped = schema.get("type") != "object"
        if self._is_wrapped:
            schema = schema_of(Fields([Field(_PLACE, _PLACE, self._shape)], closed=True))
            schema = _moved(schema)
        self.format = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}

    def of_answer(self, answer: Answer) -> Any:
        """Read the answer to a chat.

        Raises:
            OutputMismatch: There is no whole answer.
            Mismatch: It does not fit.
        """
        __tracebackhide__ = True
        if fault := _fault(answer):
            raise OutputMismatch(fault, text=answer.text, answer=answer)
        try:
            value = _json_in(answer.text)
        except Mismatch as mismatch:
            return self._of_word(answer.text.strip(), mismatch)
        return self._first(self._meanings(value))

    def of_task(self, done: Execution) -> Any:
        """Read the output of an execution, which may be the text that a model wrote.

        Raises:
            OutputMismatch: It does not fit.
        """
        value = done.output
        try:
            return self._first([value, *self._meanings(value), *self._meanings_of_text(value)])
        except Mismatch as mismatch:
            text = value if isinstance(value, str) else encode(to_plain(value)).decode()
            raise OutputMismatch(
                f"the output of execution {done.id} does not fit: {_said(mismatch)}",
                text=text,
                path=mismatch.path,
                execution=done,
            ) from None

    def _meanings(self, value: Any) -> list[Any]:
        """List what JSON may stand for, the likeliest first."""
        if not self._is_wrapped or not is_object(value) or _PLACE not in value:
            return [value]
        return [value[_PLACE], value] if len(value) == 1 else [value, value[_PLACE]]

    def _meanings_of_text(self, text: Any) -> list[Any]:
        try:
            return self._meanings(_json_in(text)) if isinstance(text, str) else []
        except Mismatch:
            return []

    def _first(self, values: Iterable[Any]) -> Any:
        """Read the first value that can be read."""
        mismatches: list[Mismatch] = []
        for value in values:
            try:
                return read(self._shape, value)
            except Mismatch as mismatch:
                mismatches.append(mismatch)
        raise max(mismatches, key=lambda mismatch: len(mismatch.path))  # which says most

    def _of_word(self, word: str, mismatch: Mismatch) -> Any:
        """Read text that is no JSON, such as a bare `yes`, unless the type takes any text."""
        if self._shape.suits(_ANY_TEXT):
            raise mismatch
        try:
            return read(self._shape, word)
        except Mismatch:
            raise mismatch from None


def output_mismatch(mismatch: Mismatch, answer: Answer) -> OutputMismatch:
    """Make the error for an answer that does not fit."""
    message = f"the answer does not fit: {_said(mismatch)}"
    return OutputMismatch(message, text=answer.text, path=mismatch.path, answer=answer)


def complaint(mismatch: Mismatch) -> str:
    """Say what a model is told of an answer that does not fit."""
    return f"Your answer does not fit: {_said(mismatch)}. Answer again, with the JSON alone."


def _moved(schema: Any) -> Any:
    """Let references to the top of a schema lead to where that stands within an object."""
    if is_array(schema):
        return [_moved(part) for part in schema]
    if not is_object(schema):
        return schema
    moved = {name: _moved(part) for name, part in schema.items()}
    place = moved.get("$ref")
    if isinstance(place, str) and re.match(r"#(?!/\$defs/)", place):
        moved["$ref"] = f"#/properties/{_PLACE}{place[1:]}"
    return moved


def _said(mismatch: Mismatch) -> str:
    where = f"{mismatch.path}: " if mismatch.path else ""
    return f"{where}expected {mismatch.expected}, got {mismatch.got}"


def _fault(answer: Answer) -> str | None:
    """Why there is no whole answer to read, if that is so."""
    refusal = answer.message.extra.get("refusal") if answer.message else None
    if refusal:
        return f"{_NO_ANSWER['refusal']}: {refusal}"
    if answer.tool_calls:
        names = ", ".join(
            call.function.name if call.function else "?" for call in answer.tool_calls
        )
        return f"the model called tools that the caller has to run: {names}"
    return _NO_ANSWER.get(answer.finish_reason or "")


def _json_in(text: str) -> Any:
    """Read the JSON that a text is, or has in a fenced block."""
    try:
        return parse(text)
    except Mismatch as mismatch:
        for block in _FENCED.finditer(text):
            try:
                return parse(block[2])
            except Mismatch:
                continue
        raise mismatch if text.strip() else Mismatch("", "JSON", "no text") from None
