"""Putting tool calls together from the pieces that a streamed answer brings them in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

import attrs

from ._json import is_object
from .tools import KnownToolType

_KNOWN: Final = {"id", "index", "type", *get_args(KnownToolType)}
"""What pieces of tool calls consist of."""


@attrs.define
class _Call:
    """One call as far as it has come.

    Attributes:
        index: The place that the pieces give it, if they do.
        fields: What the pieces have said, apart from the function.
        name: The function's name.
        arguments: The function's arguments, in pieces.
    """

    index: int | None
    fields: dict[str, Any] = attrs.field(factory=dict[str, Any])
    is_function: bool = False
    name: str = ""
    arguments: list[str] = attrs.field(factory=list[str])

    def add(self, piece: Mapping[str, Any]) -> None:
        """Take in another piece: names and ids come once, arguments bit by bit."""
        for key, value in piece.items():
            if key == "function":
                self._add_function(value)
            elif key in {"id", "type"}:
                self._set(key, str(value) if value else None)
            elif key != "index":
                self._set(key, value)

    def as_dict(self) -> dict[str, Any]:
        """Return the call as JSON has it."""
        function = {"name": self.name, "arguments": "".join(self.arguments)}
        told = {"function": function} if self.is_function else {}
        return {"id": None, "type": "function", **self.fields, **told}

    def is_whole(self) -> bool:
        """Tell whether the arguments are a JSON value as they stand."""
        try:
            json.loads("".join(self.arguments))
        except (ValueError, RecursionError):
            return False
        return True

    def _add_function(self, function: Any) -> None:
        if not is_object(function):
            return
        self.is_function = True
        if name := function.get("name"):
            # Some servers send the name again with each piece, some send it in pieces too.
            self.name = str(name) if str(name).startswith(self.name) else f"{self.name}{name}"
        arguments = function.get("arguments")
        if arguments is not None:
            text = arguments if isinstance(arguments, str) else json.dumps(arguments)
            self.arguments.append(text)

    def _set(self, key: str, value: Any) -> None:
        known = self.fields.get(key)
        if is_object(known) and is_object(value):
            self.fields[key] = {**known, **{k: v for k, v in value.items() if v is not None}}
        elif value is not None or key not in self.fields:
            self.fields[key] = value


class ToolCallPieces:
    """The tool calls of one message, put together while their pieces arrive.

    Servers tell the calls apart by an `index`, by an `id`, by both or by neither. A new id starts a
    new call, also under an index that was used before; a piece that has neither continues the last
    call, unless it brings another name.

    Attributes:
        is_cut: Whether pieces came that had lost what they were to add, so that arguments are
            missing. Servers of 2025 do that to all but the first piece of each call.
    """

    is_cut: bool

    def __init__(self) -> None:
        self.is_cut = False
        self._calls: list[_Call] = []

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, pieces: Iterable[Mapping[str, Any]]) -> None:
        """Take in the pieces of one event."""
        for position, piece in enumerate(pieces):
            if piece and not piece.keys() & _KNOWN:
                self.is_cut = True
            elif piece:
                self._call_of(piece, begins_event=position == 0).add(piece)

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the calls so far as JSON has them: those with an index in its order."""
        order = sorted(
            enumerate(self._calls), key=lambda at: at[0] if at[1].index is None else at[1].index
        )
        return [call.as_dict() for _, call in order]

    def _call_of(self, piece: Mapping[str, Any], *, begins_event: bool) -> _Call:
        given = piece.get("index")
        index = given if isinstance(given, int) else None
        call = self._known(piece, index, begins_event=begins_event)
        if call is None:
            call = _Call(index)
            self._calls.append(call)
        return call

    def _known(
        self, piece: Mapping[str, Any], index: int | None, *, begins_event: bool
    ) -> _Call | None:
        """Return the call that a piece continues; None if it starts one."""
        if id := piece.get("id"):
            same = (call for call in self._calls if call.fields.get("id") == str(id))
            return next(same, None) or self._without_id(index)
        if index is not None:
            return self._at(index)
        last = self._calls[-1] if self._calls else None
        return None if last and _starts_anew(piece, last, begins_event=begins_event) else last

    def _without_id(self, index: int | None) -> _Call | None:
        """Return the call at an index whose id has not arrived yet."""
        call = None if index is None else self._at(index)
        return call if call and not call.fields.get("id") else None

    def _at(self, index: int) -> _Call | None:
        named = [call for call in self._calls if call.index == index]
        if named:
            return named[-1]
        unnamed = self._calls[index : index + 1] if index >= 0 else []
        return next((call for call in unnamed if call.index is None), None)


def _starts_anew(piece: Mapping[str, Any], last: _Call, *, begins_event: bool) -> bool:
    """Tell whether a piece without id and index is of another call than the last."""
    function = piece.get("function")
    name = function.get("name") if is_object(function) else None
    if not name or not last.name:
        return False
    return not begins_event or str(name) != last.name or last.is_whole()
