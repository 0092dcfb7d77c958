"""Tests of an agent: what its model says and what goes wrong is scripted, the rest is real.

Run them with `pytest examples/test_support_bot.py`. The fixtures come with this SDK.
"""

from support_bot import order_status, refund

from julep import Answer, Julep
from julep.local import LocalServer

TOOLS = (order_status, refund)


def ask(client: Julep, question: str) -> Answer:
    """Ask a new support bot."""
    agent = client.agents.create(name="Support", instructions="Be kind.")
    session = client.sessions.create(agent=agent)
    return client.sessions.chat(session, question, tools=TOOLS)


def test_the_bot_looks_an_order_up(julep: Julep, julep_server: LocalServer) -> None:
    """What the function returns reaches the model, and what that says the customer."""
    julep_server.replies.add([("order_status", {"order": "B4"})], "B4 was lost, I am sorry.")
    assert ask(julep, "Where is B4?").text == "B4 was lost, I am sorry."
    told = julep_server.model_calls[-1]["messages"]
    assert "Be kind." in told[0]["content"]
    assert told[-1]["content"] == "lost in the post"


def test_large_sums_are_not_paid_back(julep: Julep, julep_server: LocalServer) -> None:
    """The function refuses, and the model is told why."""
    julep_server.replies.add([("refund", {"order": "B4", "euros": 900})], "I must ask for that.")
    (turn, _) = ask(julep, "Give me 900 euros!").turns
    assert turn.calls[0].error == "only a person may pay back more than 100 euros"


def test_a_busy_server_is_asked_again(julep: Julep, julep_server: LocalServer) -> None:
    """The customer does not notice that the server refused twice."""
    julep_server.replies.add("Good morning!")
    julep_server.faults.add(path="/agents", status=429, times=2, headers={"Retry-After": "0"})
    assert ask(julep, "Good morning!").text == "Good morning!"
