"""From a client to its resources: `client.agents`, `client.sessions` and the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from julep._faces import FaceT, Resource, part

if TYPE_CHECKING:
    from julep.resources.agents import Agents
    from julep.resources.any_docs import Docs
    from julep.resources.executions import Executions
    from julep.resources.files import Files
    from julep.resources.jobs import Jobs
    from julep.resources.projects import Projects
    from julep.resources.secrets import Secrets
    from julep.resources.sessions import Sessions
    from julep.resources.tasks import Tasks
    from julep.resources.users import Users


class Navigation(Resource[FaceT]):
    """The resources of a client. Each is imported, with its models, when it is first asked for."""

    @part
    def agents(self) -> Agents[FaceT]:
        """Your agents, with `agents.tools` and `agents.docs`."""
        from julep.resources.agents import Agents

        return Agents(self._face, self._engine)

    @part
    def docs(self) -> Docs[FaceT]:
        """Documents of any owner, and embeddings."""
        from julep.resources.any_docs import Docs

        return Docs(self._face, self._engine)

    @part
    def executions(self) -> Executions[FaceT]:
        """Runs of tasks, with `executions.transitions` and `executions.status`."""
        from julep.resources.executions import Executions

        return Executions(self._face, self._engine)

    @part
    def files(self) -> Files[FaceT]:
        """Files that tasks can use."""
        from julep.resources.files import Files

        return Files(self._face, self._engine)

    @part
    def jobs(self) -> Jobs[FaceT]:
        """What the server does in the background."""
        from julep.resources.jobs import Jobs

        return Jobs(self._face, self._engine)

    @part
    def projects(self) -> Projects[FaceT]:
        """What agents, users and files are grouped by."""
        from julep.resources.projects import Projects

        return Projects(self._face, self._engine)

    @part
    def secrets(self) -> Secrets[FaceT]:
        """Values that the tools of tasks can use and nobody sees."""
        from julep.resources.secrets import Secrets

        return Secrets(self._face, self._engine)

    @part
    def sessions(self) -> Sessions[FaceT]:
        """Conversations, with `sessions.chat` and `sessions.history`."""
        from julep.resources.sessions import Sessions

        return Sessions(self._face, self._engine)

    @part
    def tasks(self) -> Tasks[FaceT]:
        """Workflows, with `tasks.executions`."""
        from julep.resources.tasks import Tasks

        return Tasks(self._face, self._engine)

    @part
    def users(self) -> Users[FaceT]:
        """The people whom your agents talk to, with `users.docs`."""
        from julep.resources.users import Users

        return Users(self._face, self._engine)
