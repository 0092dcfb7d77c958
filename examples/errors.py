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


def main() -> None:
    """Meet the usual errors."""
    with connect() as client:
        answered(client)
        refused_key(client)
    before_sending()
    no_answer()


def answered(client: Julep) -> None:
    """Ask for what isn't there: the server says no, and why."""
    try:
        client.agents.get(NOBODY)
    except NotFoundError as error:
        print(f"missing: {error.status} {error.message}")
    try:
        client.agents.create(name="n" * 300)
    except UnprocessableEntityError as error:
        print("refused:", error.details[0]["loc"], "-", error.details[0]["msg"])


def refused_key(client: Julep) -> None:
    """Send a wrong key: the error says where it came from, and never the key."""
    try:
        client.with_options(api_key="not-this-one").ping()
    except AuthenticationError as error:
        print("key:", error.hint)


def before_sending() -> None:
    """Mistakes that need no server to be seen."""
    try:
        Julep(base_url="localhost:8080")
    except ConfigurationError as error:
        print("options:", error)
    with Julep(base_url="http://127.0.0.1:9") as client:
        try:
            client.agents.get("")
        except ValueError as error:
            print("argument:", error)


def no_answer() -> None:
    """Nobody listens: the call is tried again, since it surely did nothing there."""
    with Julep(base_url="http://127.0.0.1:9", max_retries=1) as client:
        try:
            client.agents.create(name="Librarian")
        except APIConnectionError as error:
            print(f"no answer: {error.attempts} attempts, delivered: {error.delivered}")


if __name__ == "__main__":
    main()
