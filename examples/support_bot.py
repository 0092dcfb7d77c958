"""A support bot: the model looks orders up and pays money back with functions of this program.

It calls two of them at once, a third one while its answer is streamed. What the model says offline,
where there is none, stands in `SAID`. `test_support_bot.py` tests it.
"""

from _shared import MODEL, Said, connect

from julep import ToolError

ORDERS = {"A17": "on its way, at your door tomorrow", "B4": "lost in the post"}
QUESTIONS = ["Where are my orders A17 and B4?", "Then I want my 25 euros back for B4."]
SAID: list[Said] = [
    [("order_status", {"order": "A17"}), ("order_status", {"order": "B4"})],
    "A17 arrives tomorrow. B4 was lost, I am sorry.",
    [("refund", {"order": "B4", "euros": 25})],
    "Done: your 25 euros are on their way.",
]


def order_status(order: str) -> str:
    """Tell where an order is."""
    return ORDERS[order]


def refund(order: str, euros: float) -> dict[str, object]:
    """Pay money back for an order.

    Args:
        order: The order's number.
        euros: How much.
    """
    if euros > 100:
        raise ToolError("only a person may pay back more than 100 euros")
    return {"order": order, "paid_back": euros}


def main() -> None:
    """Ask twice: for a whole answer, and for one piece by piece."""
    tools = (order_status, refund)
    with connect(*SAID) as client:
        session = client.sessions.create(agent=client.agents.create(name="Support", model=MODEL))
        answer = client.sessions.chat(session, QUESTIONS[0], tools=tools)
        print([call.result for turn in answer.turns for call in turn.calls], answer.text)
        with client.sessions.chat.stream(session, QUESTIONS[1], tools=tools) as chunks:
            for chunk in chunks:
                print(chunk.text, end="")
        print()


if __name__ == "__main__":
    main()
