"""Three ways to search an agent's documents, and what a chat recalls of them.

Text search looks for words, vector search for nearness, and hybrid search weighs both. The embedded
server's own vectors are made from words, with no model; a real embedding model knows meanings too.
Other servers make vectors in the background, so there a new document is found by its words first.
"""

from _shared import MODEL, connect

from julep import Agent, DocReference, Julep

DOCS = {
    "Opening hours": "The library is open from 9 to 17, and on Friday to 20.",
    "Lending": "Books are lent for four weeks. You can renew them twice.",
    "Fees": "After four weeks each book costs one coin a day.",
}


def main() -> None:
    """Search in each way."""
    with connect() as client:
        agent = client.agents.create(name="Librarian", model=MODEL)
        for title, content in DOCS.items():
            client.agents.docs.create(
                agent, title=title, content=content, metadata={"for_members": title != "Fees"}
            )
        search(client, agent, "renew books")
        recall(client, agent)


def search(client: Julep, agent: Agent, words: str) -> None:
    """Search by text, by vector, by both, and among some documents only."""
    docs = client.agents.docs
    show("text", docs.search(agent, words).docs)
    show("vector", docs.search(agent, words, mode="vector", confidence=0.1).docs)
    show("hybrid", docs.search(agent, words, mode="hybrid", alpha=0.5, limit=1).docs)
    members_only = {"for_members": True}
    show("filtered", docs.search(agent, text="four weeks", metadata_filter=members_only).docs)


def recall(client: Julep, agent: Agent) -> None:
    """Show which documents a chat is answered from."""
    session = client.sessions.create(agent=agent)
    answer = client.sessions.chat(session, "How much does a late book cost?")
    show("recalled", answer.docs)


def show(how: str, found: list[DocReference]) -> None:
    """Print hits, the best first."""
    print(f"{how:9}", "; ".join(f"{doc.title}: {doc.text}" for doc in found))


if __name__ == "__main__":
    main()
