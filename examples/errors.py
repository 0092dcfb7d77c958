"""What goes wrong, how to tell the cases apart, and what each error knows."""

from _shared import connect

from julep import (
    APIConnectionError,
    AuthenticationError,
    ConfigurationError,
    Julep,
    NotFoundError,
    UnprocessableEntityError,
)

NOBODY = "01890000-0000-7000-8000-000000000000"
NOWHERE = "http://127.0.0.1:9"


def main() -> None:
    """Meet the usual errors."""
    with connect() as client:
        answered(client)
    unanswered()


def answered(client: Julep) -> None:
    """Meet what the server answers: what is not there, what it refuses, and a wrong key."""
    try:
        client.agents.get(NOBODY)
    except NotFoundError as error:
        print(f"missing: {error.status} {error.message}")
    try:
        client.agents.create(name="n" * 300)
    except UnprocessableEntityError as error:
        print("refused:", error.details[0]["loc"], "-", error.details[0]["msg"])
    try:
        client.with_options(api_key="not-this-one").ping()
    except AuthenticationError as error:
        print("key:", error.hint)


def unanswered() -> None:
    """Meet mistakes that are seen before anything is sent, and a server that is not there."""
    try:
        Julep(base_url="localhost:8080")
    except ConfigurationError as error:
        print("options:", error)
    with Julep(base_url=NOWHERE, max_retries=1) as client:
        try:
            client.agents.get("")
        except ValueError as error:
            print("argument:", error)
        try:
            client.agents.create(name="Librarian")
        except APIConnectionError as error:
            print(f"no answer: {error.attempts} attempts, delivered: {error.delivered}")


if __name__ == "__main__":
    main()
