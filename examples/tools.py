"""A function of this program that the agent can call while it answers.

The model asks for a call, the client makes it and tells the result, and the model answers with it.
What the model says offline, where there is none, stands in `SAID`.
"""

from _shared import MODEL, Said, connect

from julep import Call

COPIES = {"Momo": 2, "Heidi": 0}
SAID: list[Said] = [
    [("copies_left", {"title": "Momo"})],
    "Yes, two copies of Momo are on the shelf.",
]


def copies_left(title: str) -> int:
    """How many copies of a book are on the shelf.

    Args:
        title: The title of the book.
    """
    return COPIES.get(title, 0)


def main() -> None:
    """Ask something that only this program knows."""
    with connect(*SAID) as client:
        agent = client.agents.create(name="Librarian", model=MODEL)
        session = client.sessions.create(agent=agent)
        answer = client.sessions.chat(
            session, "Do you have Momo?", tools=[copies_left], on_call=show
        )
        print("answer:", answer.text)


def show(call: Call) -> None:
    """Print a call that is about to be made; a `ToolError` raised here would refuse it."""
    if call.state == "started":
        print("call:", call.name, call.arguments)


if __name__ == "__main__":
    main()
