"""`support_bot.py` on the awaiting face: the same questions, and the same functions.

They are called on threads of their own, so the loop stays free; coroutine functions would be awaited.
"""

import asyncio  # noqa: TID251 - the ban is for the SDK; a program picks its own loop

from _shared import MODEL, connect_async
from support_bot import QUESTIONS, SAID, order_status, refund


async def main() -> None:
    """Ask twice: for a whole answer, and for one piece by piece."""
    tools = (order_status, refund)
    async with connect_async(*SAID) as client:
        agent = await client.agents.create(name="Support", model=MODEL)
        session = await client.sessions.create(agent=agent)
        answer = await client.sessions.chat(session, QUESTIONS[0], tools=tools)
        print([call.result for turn in answer.turns for call in turn.calls], answer.text)
        async with client.sessions.chat.stream(session, QUESTIONS[1], tools=tools) as chunks:
            async for chunk in chunks:
                print(chunk.text, end="")
        print()


asyncio.run(main())
