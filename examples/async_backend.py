"""A web backend that streams an agent's answers to its visitors.

Each connection sends one line, the question, and gets the answer word by word while the agent
writes it. One client serves all of them at once; each visitor has a session. The program starts the
backend, visits it twice at the same time, and ends.
"""

import asyncio  # noqa: TID251 - the ban is for the SDK; a backend picks its own loop
from asyncio import StreamReader, StreamWriter  # noqa: TID251 - as above

from _shared import MODEL, connect_async

from julep import Agent, AsyncJulep, JulepError


class Backend:
    """Answers connections with what an agent says."""

    def __init__(self, client: AsyncJulep, agent: Agent) -> None:
        self._client = client
        self._agent = agent

    async def handle(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Answer one visitor, and tell them in plain words when that fails."""
        question = (await reader.readline()).decode().strip()
        try:
            # What visitors write is no template.
            session = await self._client.sessions.create(agent=self._agent, render_templates=False)
            async with self._client.sessions.chat.stream(session, question) as chunks:
                async for chunk in chunks:
                    writer.write(chunk.text.encode())
                    await writer.drain()
        except JulepError as error:
            writer.write(f"no answer: {error}".encode())
        finally:
            writer.close()
            await writer.wait_closed()


async def visit(port: int, question: str) -> str:
    """Ask as a visitor, and read the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{question}\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def main() -> None:
    """Run the backend for two visitors."""
    async with connect_async() as client:
        agent = await client.agents.create(name="Porter", model=MODEL)
        backend = Backend(client, agent)
        server = await asyncio.start_server(backend.handle, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            questions = ["Where is the station?", "When does it close?"]
            answers = await asyncio.gather(*(visit(port, question) for question in questions))
        for question, answer in zip(questions, answers, strict=True):
            print(f"{question} -> {answer}")


if __name__ == "__main__":
    asyncio.run(main())
