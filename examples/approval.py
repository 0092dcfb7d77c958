"""A task that asks a person: it counts an order up, waits for approval, and goes on.

The program that starts the task, the one that follows it and the one that answers can be different
ones. With a file for its data the embedded server picks up where it was, even after a crash.
"""

from typing import Any

from _shared import MODEL, connect

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
    """Start the task, follow it to its end, and read what came of it."""
    with connect() as client:
        agent = client.agents.create(name="Clerk", model=MODEL)
        task = client.tasks.create(agent, name="Approval", main=STEPS, input_schema=INPUT_SCHEMA)
        execution = client.tasks.executions.create(task, input=ORDER)
        follow(client, execution)
        output = client.executions.get(execution).output
        print(f"output: {output['state']} by {output['by']}")


def follow(client: Julep, execution: Execution) -> None:
    """Print each transition, and answer the question when it comes.

    On real servers a resume takes effect a moment after it returns. So what tells how the execution
    goes on is the next transition, not its status at that moment.
    """
    for transition in client.executions.transitions.stream(execution, timeout=60):
        print("transition:", transition.type)
        if transition.type == "wait":
            print("question:", transition.output["question"])
            client.executions.resume(execution, input={"approved": True, "by": "Lee"})


if __name__ == "__main__":
    main()
