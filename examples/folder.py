"""Questions about the files of a folder, with answers that a program can go on with.

The files become documents of an agent. A second run would find the same agent, write only what has
changed, and delete what is gone. The documents that fit a question are recalled for it, and the answer is read as a list of texts.
What the model says offline, where there is none, stands in `SAID`.
"""

from pathlib import Path

from _shared import MODEL, Said, connect

FOLDER = Path(__file__).parent / "handbook"
QUESTION = "On which days is the garden open?"
SAID: list[Said] = ['{"value": ["Saturday", "Sunday"]}']


def main() -> None:
    """Store the files, and ask."""
    with connect(*SAID) as client:
        agent = client.agents.ensure("librarian", name="Librarian", model=MODEL)
        print(client.agents.docs.add(agent, FOLDER, glob="*.txt", prune=True))
        session = client.sessions.create(agent=agent)
        answer = client.sessions.chat.parse(session, QUESTION, list[str])
        print(answer.parsed, "by", [doc.title for doc in answer.docs])


if __name__ == "__main__":
    main()
