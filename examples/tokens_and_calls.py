"""What a program costs, and what it sends: tokens are added up, and each attempt of a call is shown.

With less work, `logging.getLogger("julep").setLevel("DEBUG")` logs each attempt.
"""

from _shared import MODEL, connect

from julep import Attempt

QUESTIONS = ["When is the library open?", "And on Friday?", "Thank you!"]


def show(attempt: Attempt) -> None:
    """Print what was sent, and what came back."""
    path = attempt.url.rpartition("/")[2]
    print(f"{attempt.method} …/{path}: {attempt.status}, attempt {attempt.number}")


def main() -> None:
    """Talk, and tell what it took."""
    with connect() as client:
        agent = client.agents.create(name="Librarian", model=MODEL)
        session = client.sessions.create(agent=agent)
        shown = client.with_options(event_hooks={"response": [show]})
        with client.usage() as used:
            for question in QUESTIONS:
                shown.sessions.chat(session, question)
        print(f"{used.calls} answers: {used.prompt_tokens} tokens asked, ", end="")
        print(f"{used.completion_tokens} answered, {used.total_tokens} in all")


if __name__ == "__main__":
    main()
