"""A folder of files as what an agent knows, in a program that may be started as often as you like.

A second start finds the same agent, sends only the files that have changed, and deletes what is
gone. Questions are then answered from the pieces of the files that fit.
"""

from pathlib import Path

from _shared import MODEL, connect

from julep import Agent, Julep

FOLDER = Path(__file__).with_name("handbook")
QUESTION = "Who may come into the garden, and when is it open?"


def start(client: Julep) -> Agent:
    """See to the agent and what it knows."""
    agent = client.agents.ensure("librarian", name="Librarian", model=MODEL)
    print("files:", client.agents.docs.add(agent, FOLDER, glob="*.txt", prune=True))
    return agent


def main() -> None:
    """Start twice, and ask."""
    with connect() as client:
        start(client)
        agent = start(client)
        print("knows:", sorted(doc.title for doc in client.agents.docs.list(agent)))
        for doc in client.agents.docs.search(agent, QUESTION, mode="hybrid", limit=1).docs:
            print("found:", doc.title, "-", doc.text.splitlines()[0])
        answer = client.sessions.chat(client.sessions.create(agent=agent), QUESTION)
        print("recalled:", ", ".join(doc.title or "" for doc in answer.docs))
        print("answer:", answer.text)


if __name__ == "__main__":
    main()
