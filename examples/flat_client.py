"""The documented client of 2024: one method for each operation, and answers that hold ids.

Programs that were written for it run as they are. It has everything that `Julep` has too, so they
can be moved to that call by call.
"""

from julep import JulepApi
from julep.local import LocalServer


def main() -> None:
    """Make an agent in both ways, and list what is there."""
    with (
        LocalServer() as server,
        JulepApi(base_url=server.url, auth_key=server.key, api_key=server.key) as client,
    ):
        created = client.agents_route_create(
            name="Librarian",
            about="Knows the library.",
            model="gpt-4o",
            instructions="Answer briefly.",
            request_options={"timeout_in_seconds": 30},
        )
        print("created:", type(created).__name__)
        client.agents.create(name="Helper", model="gpt-4o")
        page = client.agents_route_list(
            limit=10, offset=0, sort_by="created_at", direction="asc", metadata_filter="{}"
        )
        print("listed:", ", ".join(agent.name for agent in page.items))
        deleted = client.agents_route_delete(id=created.id)
        print("deleted it:", deleted.id == created.id)


if __name__ == "__main__":
    main()
