"""A task that asks a person: it counts an order up, waits for approval, and goes on.

The program that starts the task, the one that follows it and the one that answers can be different
ones. With a file for its data the embedded server picks up where it was, even after a crash.
"""

from typing import Any

from julep import Execution, Julep

ORDER = {"items": [{"qty": 2, "price": 10}, {"qty": 1, "price": 5}], "who": "Kim"}

INPUT_SCHEMA = {"type": "object", "required": ["items", "who"]}

STEPS: list[dict[str, Any]] = [
    {
        "evaluate": {
            "total": "$ sum(item.qty * item.price for item in _['items'])",
            "who": "$ _.who",
        }
    },
    {"wait_for_input": {"info": {"question": "Approve {_.total} for {_.who}?"}}},
    {
        "if": "$ _.approved",
        "then": {"evaluate": {"state": "ordered", "by": "$ _.by"}},
        "else": {"evaluate": {"state": "rejected", "by": "$ _.by"}},
    },
]


def main() -> None:
    """Start the task, answer its question, and read what came of it."""
    with Julep.local() as client:
        agent = client.agents.create(name="Clerk")
        task = client.tasks.create(agent, name="Approval", main=STEPS, input_schema=INPUT_SCHEMA)
        execution = client.tasks.executions.create(task, input=ORDER)
        follow(client, execution)
        question = client.executions.transitions.list(execution).items[0].output
        print("question:", question)
        client.executions.resume(execution, input={"approved": True, "by": "Lee"})
        follow(client, execution)
        print("output:", client.executions.get(execution).output)


def follow(client: Julep, execution: Execution) -> None:
    """Print each change of the status until the execution waits or has ended."""
    for event in client.executions.status.stream(execution):
        print("status:", event.status)
        if event.status == "awaiting_input":
            break


if __name__ == "__main__":
    main()
