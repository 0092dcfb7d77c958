"""A first conversation: an agent, a document, a session, and answers.

It runs against a server of its own inside this program: no account, no network. The answers come
from an offline stand-in that repeats what it is told, unless `OPENAI_BASE_URL` or `OPENAI_API_KEY`
leads to real models; `JULEP_MODEL` says which of them.
"""

from _shared import MODEL, connect


def main() -> None:
    """Go once through what most programs do."""
    with connect() as client:
        agent = client.agents.create(
            name="Librarian",
            model=MODEL,
            instructions="Answer briefly, from the documents.",
        )
        client.agents.docs.create(
            agent,
            title="Opening hours",
            content="The library is open from 9 to 17, on Friday to 20.",
        )
        session = client.sessions.create(agent=agent)
        print(f"{agent.name} listens at {client!r}")

        answer = client.sessions.chat(session, "When is the library open on Friday?")
        print("answer:  ", answer.text)
        print("recalled:", [doc.title for doc in answer.docs])

        client.sessions.chat(session, "And on Monday?")
        for entry in client.sessions.history(session).entries:
            print(f"history:  {entry.role}: {entry.text}")


if __name__ == "__main__":
    main()
