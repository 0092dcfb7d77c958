"""From a client to its resources: `client.agents`, `client.sessions` and the others."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ._faces import FaceT, Resource

if TYPE_CHECKING:
    from .resources.agents import Agents
    from .resources.docs import Docs
    from .resources.executions import Executions
    from .resources.files import Files
    from .resources.jobs import Jobs
    from .resources.projects import Projects
    from .resources.secrets import Secrets
    from .resources.sessions import Sessions
    from .resources.tasks import Tasks
    from .resources.users import Users


class Navigation(Resource[FaceT]):
    """The resources of a client. Each is imported, with its models, when it is first asked for."""

    @cached_property
    def agents(self) -> Agents[FaceT]:
        """Your agents, with `agents.tools` and `agents.docs`."""
        from .resources.agents import Agents

        return Agents(self._face, self._engine)

    @cached_property
    def docs(self) -> Docs[FaceT]:
        """Documents of whichever owner, and embeddings."""
        from .resources.docs import Docs

        return Docs(self._face, self._engine)

    @cached_property
    def executions(self) -> Executions[FaceT]:
        """Runs of tasks, with `executions.transitions` and `executions.status`."""
        from .resources.executions import Executions

        return Executions(self._face, self._engine)

    @cached_property
    def files(self) -> Files[FaceT]:
        """Files that tasks can use."""
        from .resources.files import Files

        return Files(self._face, self._engine)

    @cached_property
    def jobs(self) -> Jobs[FaceT]:
        """What the server does in the background."""
        from .resources.jobs import Jobs

        return Jobs(self._face, self._engine)

    @cached_property
    def projects(self) -> Projects[FaceT]:
        """What agents, users and files are grouped by."""
        from .resources.projects import Projects

        return Projects(self._face, self._engine)

    @cached_property
    def secrets(self) -> Secrets[FaceT]:
        """Values that the tools of tasks can use and nobody sees."""
        from .resources.secrets import Secrets

        return Secrets(self._face, self._engine)

    @cached_property
    def sessions(self) -> Sessions[FaceT]:
        """Conversations, with `sessions.chat` and `sessions.history`."""
        from .resources.sessions import Sessions

        return Sessions(self._face, self._engine)

    @cached_property
    def tasks(self) -> Tasks[FaceT]:
        """Workflows, with `tasks.executions`."""
        from .resources.tasks import Tasks

        return Tasks(self._face, self._engine)

    @cached_property
    def users(self) -> Users[FaceT]:
        """The people whom your agents talk to, with `users.docs`."""
        from .resources.users import Users

        return Users(self._face, self._engine)
