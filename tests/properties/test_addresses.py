"""An id of any text is one segment of the path that it is put into."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from julep import Julep, UnprocessableEntityError
from julep._paths import path
from tests.conftest import URL

ODD = st.sampled_from(["/", "..", ".", "%2F", "%", "?", "#", "\\", ";", "//evil.test", "\0", "@"])
IDS = (
    (ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=6))
    .flatmap(lambda text: st.builds("{}{}".format, st.just(text), ODD | st.just("")))
    .filter(str.strip)
)


@given(IDS, IDS)
def test_an_id_is_one_segment(one: str, other: str) -> None:
    """Read back from the path, and from the URL that a client would send to or be redirected to."""
    made = path("/agents/{agent}/docs/{doc}", agent=one, doc=other)
    resolved = urljoin(URL + "/", URL + made).removeprefix(URL)
    sent = httpx.URL(URL + made).raw_path.decode().removeprefix("/api")
    for where in (made, resolved, sent):
        start, agents, agent, docs, doc = where.split("/")
        assert (start, agents, docs) == ("", "agents", "docs")
        assert [unquote(agent), unquote(doc)] == [one.strip(), other.strip()]
        assert not re.search(r"[?#\\\s]", where)


def test_an_id_reaches_nothing_else_on_the_embedded_server() -> None:
    """Neither what is below its path nor what is above it, whatever is deleted by it."""
    with Julep.local() as client:
        agent = client.agents.create(name="Ada")
        doc = client.agents.docs.create(agent, title="t", content="c")
        for odd in (f"{agent.id}/docs/{doc.id}", f"x/../{agent.id}", f"{agent.id}/docs/.."):
            for call in (client.agents.get, client.agents.delete, client.users.delete):
                with pytest.raises(UnprocessableEntityError, match="valid UUID"):
                    call(odd)
        assert [one.id for one in client.agents.docs.list(agent)] == [doc.id]
