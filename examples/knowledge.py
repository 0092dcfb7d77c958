"""A folder of pages as what an agent knows: a program that can be started as often as you like.

The agent has a key and the documents have paths, so that a second start finds both, and writes only
what has changed. A question in natural words finds pieces of the pages, with a score.
"""

from pathlib import Path

from _shared import MODEL, connect

from julep import Agent, Julep

FOLDER = Path(__file__).parent / "handbook"


def main() -> None:
    """Do what two starts of the program would do, and ask."""
    with connect() as client:
        start(client)
        agent = start(client)
        question = "Who may come into the garden, and when is it open?"
        found = client.agents.docs.search(agent, question, mode="hybrid", limit=1)
        for hit in found.docs:
            print("found:", hit.title, "well enough" if (hit.score or 0) > 0.2 else "hardly")


def start(client: Julep) -> Agent:
    """See to the agent and its documents."""
    agent = client.agents.ensure("librarian", name="Librarian", model=MODEL)
    report = client.agents.docs.add(agent, FOLDER, chunk=400, overlap=80, prune=True)
    print("documents:", report)
    for path, reason in report.skipped:
        print("skipped:", path, reason)
    return agent


if __name__ == "__main__":
    main()
