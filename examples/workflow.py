"""A workflow that is written in YAML: one order that a person approves, and many that need nobody.

`run` gives what came of one input, and `map` of many, some of them at a time.
"""

from _shared import MODEL, connect

ORDER = {"who": "Kim", "items": [{"qty": 20, "price": 10}, {"qty": 1, "price": 5}]}
SMALL = [{"who": who, "items": [{"qty": 1, "price": 9}]} for who in ("Lee", "Ada", "Joe")]
FLOW = """\
name: Orders
main:
- over: $ _['items']
  map:
    evaluate: {price: $ _.qty * _.price}
- evaluate:
    total: "$ sum(item.price for item in _)"
    who: $ steps[0].input.who
- if: $ _.total > 100
  then: {workflow: approval}
  else:
    evaluate: {ordered: $ True, who: $ _.who, total: $ _.total}
approval:
- wait_for_input:
    info: {question: "Approve {_.total} for {_.who}?"}
- evaluate:
    ordered: $ _.approved
    who: $ steps[0].input.who
    total: $ steps[0].input.total
"""


def main() -> None:
    """Run one, and then the others together."""
    with connect() as client:
        agent = client.agents.create(name="Clerk", model=MODEL)
        task = client.tasks.create(agent, FLOW)
        run = client.tasks.run(task, input=ORDER, answer=lambda _: {"approved": True})
        print(run.output)
        for done in client.tasks.map(task, SMALL, concurrency=2):
            print(done.run.output)


if __name__ == "__main__":
    main()
