"""`folder.py` on the awaiting face: the same files and question."""

import asyncio  # noqa: TID251 - the ban is for the SDK; a program picks its own loop

from _shared import MODEL, connect_async
from folder import FOLDER, QUESTION, SAID


async def main() -> None:
    """Store the files, and ask."""
    async with connect_async(*SAID) as client:
        agent = await client.agents.ensure("librarian", name="Librarian", model=MODEL)
        print(await client.agents.docs.add(agent, FOLDER, glob="*.txt", prune=True))
        session = await client.sessions.create(agent=agent)
        answer = await client.sessions.chat.parse(session, QUESTION, list[str])
        print(answer.parsed, "by", [doc.title for doc in answer.docs])


asyncio.run(main())
