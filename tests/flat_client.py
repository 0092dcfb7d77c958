"""The documented operations as data, and one way to call them on each face."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import anyio

import julep
from julep import AsyncJulepApi, JulepApi

OPERATIONS: Final[Mapping[str, Any]] = {
    operation["name"]: operation
    for operation in json.loads((Path(__file__).parent / "data" / "operations.json").read_text())
}
FACES: Final = ("sync", "asyncio", "trio")
URL: Final = "http://julep.test/api"
KEYS: Final[Mapping[str, Any]] = {"auth_key": "the auth key", "api_key": "the api key"}


def client_of(api: Callable[..., Any], **options: Any) -> Any:
    """A client with the keys of these tests."""
    return api(**{"base_url": URL, **KEYS, **options})


def call(face: str, operation: str, **arguments: Any) -> Any:
    """Call an operation of a new client; `face` is `sync`, or the event loop of the other."""
    if face == "sync":
        with client_of(JulepApi) as client:
            return getattr(client, operation)(**arguments)

    async def main() -> Any:
        async with client_of(AsyncJulepApi) as client:
            return await getattr(client, operation)(**arguments)

    return anyio.run(main, backend=face)


def arguments_of(operation: str) -> dict[str, Any]:
    """The arguments of an operation's example, evaluated."""
    shown = OPERATIONS[operation]["example"]
    names = {name: getattr(julep, name) for name in shown["imports"]}
    return {key: eval(value, names) for key, value in shown["arguments"].items()}
