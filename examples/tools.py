"""A function of this program that the agent can call while it answers.

The model asks for a call, the client makes it and tells the result, and the model answers with it.
So that the example runs offline, the embedded server gets a script of what the model says.
"""

from server import IS_EMBEDDED, MODEL, connect

from julep import Call, Julep
from julep.local import LocalServer

COPIES = {"Momo": 2, "Heidi": 0}


def copies_left(title: str) -> int:
    """How many copies of a book are on the shelf.

    Args:
        title: The title of the book.
    """
    return COPIES.get(title, 0)


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
    agent = client.agents.create(name="Librarian", model=MODEL)
    session = client.sessions.create(agent=agent)
    answer = client.sessions.chat(session, "Do you have Momo?", tools=[copies_left], on_call=show)
    print("answer:", answer.text)


def show(call: Call) -> None:
    """Print a call that is about to be made; a `ToolError` raised here would refuse it."""
    if call.state == "started":
        print("call:", call.name, call.arguments)


if __name__ == "__main__":
    main()
