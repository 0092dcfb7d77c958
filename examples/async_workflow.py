"""`workflow.py` on the awaiting face: the same flow and orders."""

import asyncio  # noqa: TID251 - the ban is for the SDK; a program picks its own loop

from _shared import MODEL, connect_async
from workflow import FLOW, ORDER, SMALL


async def main() -> None:
    """Run one, and then the others together."""
    async with connect_async() as client:
        agent = await client.agents.create(name="Clerk", model=MODEL)
        task = await client.tasks.create(agent, FLOW)
        run = await client.tasks.run(task, input=ORDER, answer=lambda _: {"approved": True})
        print(run.output)
        async for done in client.tasks.map(task, SMALL, concurrency=2):
            print(done.run.output)


asyncio.run(main())
