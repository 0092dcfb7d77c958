"""A function of this program that the agent can call while it answers.

The model asks for a call, the program makes it and tells the result, and the model answers with it.
So that the example runs offline, the embedded server gets a script of what the model says.
"""

import json
from collections.abc import Callable
from typing import Any

from server import IS_EMBEDDED, MODEL, connect

from julep import Agent, Julep, MessageChatResponse, Session, ToolCall
from julep.local import LocalServer

COPIES = {"Momo": 2, "Heidi": 0}


def copies_left(title: str) -> dict[str, Any]:
    """How many copies of a book are on the shelf."""
    return {"title": title, "copies": COPIES.get(title, 0)}


FUNCTIONS: dict[str, Callable[..., Any]] = {"copies_left": copies_left}
PARAMETERS = {
    "type": "object",
    "properties": {"title": {"type": "string"}},
    "required": ["title"],
}


def main() -> None:
    """Ask on a server of this program's own, or on the one that is set."""
    if not IS_EMBEDDED:
        with connect() as client:
            ask(client)
        return
    with LocalServer() as server, Julep(base_url=server.url, api_key=server.key) as client:
        server.replies.add(tool_calls=[("copies_left", {"title": "Momo"})])
        server.replies.add("Yes, two copies of Momo are on the shelf.")
        ask(client)


def ask(client: Julep) -> None:
    """Ask something that only this program knows."""
    session = client.sessions.create(agent=librarian(client))
    answer = client.sessions.chat(session, "Do you have Momo?")
    while answer.tool_calls:
        answer = call_functions(client, session, answer)
    print("answer:", answer.text)


def librarian(client: Julep) -> Agent:
    """An agent that may call the function."""
    agent = client.agents.create(name="Librarian", model=MODEL)
    client.agents.tools.create(
        agent,
        name="copies_left",
        type="function",
        function={"description": copies_left.__doc__, "parameters": PARAMETERS},
    )
    return agent


def call_functions(
    client: Julep, session: Session, answer: MessageChatResponse
) -> MessageChatResponse:
    """Make the calls that an answer asks for, and chat on with their results."""
    results = [result(call) for call in answer.tool_calls]
    return client.sessions.chat(session, results)


def result(call: ToolCall) -> dict[str, Any]:
    """The message that tells what a call gave."""
    assert call.function is not None
    arguments = json.loads(call.function.arguments or "{}")
    print("call:", call.function.name, arguments)
    content = json.dumps(FUNCTIONS[call.function.name or ""](**arguments))
    return {"role": "tool", "tool_call_id": call.id, "content": content}


if __name__ == "__main__":
    main()
