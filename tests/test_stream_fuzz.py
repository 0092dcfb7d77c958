"""Streams of odd events: whatever a server sends, a `JulepError` comes out or nothing does."""

from __future__ import annotations

import json
from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st

from julep import EntriesInputChatMlMessage, Julep, JulepApi, JulepError, StreamInterrupted

from .conftest import KEY, URL

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


def shaped(**fields: Any) -> st.SearchStrategy[Any]:
    """Objects with some of these fields, and now and then something else."""
    return st.fixed_dictionaries({}, optional=fields) | ODD


PIECE = shaped(id=ODD, index=ODD, type=ODD, function=shaped(name=ODD, arguments=ODD))
DELTA = shaped(role=ODD, content=ODD | st.text(), tool_calls=st.lists(PIECE, max_size=2))
CHOICE = shaped(index=st.just(0) | ODD, delta=DELTA, finish_reason=st.just("stop") | ODD)
CHUNK = st.fixed_dictionaries(
    {"id": st.just("c1") | ODD, "choices": st.lists(CHOICE, max_size=2) | ODD},
    optional={"usage": ODD, "docs": ODD, "error": ODD, "created_at": ODD},
)
STATUS = shaped(execution_id=ODD, status=st.just("running") | ODD, error=ODD)
TEXT = (CHUNK | STATUS | ODD).map(json.dumps) | st.text(max_size=8)
NAME = st.sampled_from(["", "event: error\n", "event: x\n"])
BODY = st.lists(st.builds("{}data: {}\n\n".format, NAME, TEXT), max_size=4).map("".join)


@given(BODY, st.integers(0, 3))
def test_streams_of_any_shape_end_well(text: str, lost: int) -> None:
    """On both clients and each stream; what an interruption holds can be shown."""
    content = text.encode("utf-8", "surrogatepass")
    content = content[: len(content) - lost]
    head = {"content-type": "text/event-stream"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, headers=head, content=content))
    with httpx.Client(transport=transport) as http:
        client = Julep(api_key=KEY, base_url=URL, httpx_client=http)
        documented = JulepApi(api_key=KEY, auth_key=KEY, base_url=URL, httpx_client=http)
        said = EntriesInputChatMlMessage(role="user", content="x")
        for read in (
            lambda: list(client.sessions.chat.stream("s1", "x")),
            lambda: list(client.executions.status.stream("e1")),
            lambda: documented.chat_route_generate("s1", False, True, False, True, [said]),
        ):
            try:
                read()
            except StreamInterrupted as broken:
                repr(broken.partial)
            except JulepError as error:
                str(error)
