"""Everything that answers requests, wired together for one server."""

from __future__ import annotations

import attrs

from julep.local.chat.chat import Chat
from julep.local.chat.context_window import ContextWindow
from julep.local.chat.prompt import PromptBuilder
from julep.local.chat.recall import Recaller
from julep.local.models.completions import Model
from julep.local.models.providers import Providers
from julep.local.models.scripted import ScriptedModel
from julep.local.outbound.client import OutboundClient
from julep.local.resources.agents import Agents
from julep.local.resources.docs import Docs
from julep.local.resources.executions import Executions
from julep.local.resources.files import Files
from julep.local.resources.history import History
from julep.local.resources.jobs import Jobs
from julep.local.resources.projects import Projects
from julep.local.resources.secrets import Secrets
from julep.local.resources.sessions import Sessions
from julep.local.resources.tasks import Tasks
from julep.local.resources.tools import Tools
from julep.local.resources.users import Users
from julep.local.search.embedder import Embedder
from julep.local.search.search import Search
from julep.local.store.store import Store
from julep.types._json import JsonObject

from .effects import LocalEffects
from .integrations import Registry
from .setup import Setup
from .strictness import Strictness
from .timers import Timers
from .workflow import Engine


@attrs.frozen
class Services:
    """One of each kind of resource, on one store."""

    store: Store
    model: Model
    embedder: Embedder
    agents: Agents
    users: Users
    tools: Tools
    sessions: Sessions
    history: History
    chat: Chat
    agent_docs: Docs
    user_docs: Docs
    search: Search
    jobs: Jobs
    files: Files
    projects: Projects
    secrets: Secrets
    tasks: Tasks
    executions: Executions
    effects: LocalEffects
    engine: Engine
    timers: Timers

    async def list_models(self) -> JsonObject:
        """Return the models that can be asked for."""
        return {"models": [{"id": name} for name in await self.model.names()]}

    async def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        await self.timers.advance(seconds, lambda: self.engine.is_at_rest(self.timers.asleep()))

    async def close(self) -> None:
        """Let go of connections and of the file."""
        try:
            await self.model.aclose()
            await self.effects.aclose()
        finally:
            self.store.close()

    def health(self) -> JsonObject:
        """Tell whether the parts work, under the names that the self-hosted server's parts have."""
        return {"postgres": "ok", "temporal": "ok", "litellm": "ok", "integration_service": "ok"}


def build_services(setup: Setup, providers: Providers) -> Services:
    """Build what a server is to be made of.

    Args:
        setup: What the server is to be; its script goes before the providers and other servers.
        providers: Where answers and vectors come from.
    """
    store = Store(setup.path, setup.durability)
    try:
        return _build(store, setup, providers)
    except BaseException:
        store.close()
        raise


def _build(store: Store, setup: Setup, providers: Providers) -> Services:
    strictness = Strictness(setup.strict)
    timers = Timers(setup.script.clock)
    model = ScriptedModel(setup.script, providers.model, timers.sleep)
    embedder = Embedder(store, providers.vectors)
    projects, jobs, tools = Projects(store), Jobs(store), Tools(store, strictness)
    search = Search(store, embedder)
    secrets = Secrets(store, strictness)
    client = OutboundClient(setup.api_calls, setup.script.web)
    integrations = Registry(setup.script.integrations, client)
    effects = LocalEffects(
        model, embedder, search, secrets, client=client, integrations=integrations, timers=timers
    )
    engine = Engine(store.log, effects)
    tasks = Tasks(store, tools, engine, strictness)
    # Hashed vectors know words and no meanings: text search knows words better.
    sessions = Sessions(store, "vector" if embedder.semantic else "text")
    recaller, window = Recaller(search, embedder), ContextWindow(History(store), model)
    prompts = PromptBuilder(store, sessions, tools, recaller, window)
    return Services(
        store=store,
        model=model,
        embedder=embedder,
        agents=Agents(store, projects, engine.cancel),
        users=Users(store, projects, strictness),
        tools=tools,
        sessions=sessions,
        history=History(store),
        chat=Chat(store, prompts, model),
        agent_docs=Docs(store, "agent", embedder, jobs),
        user_docs=Docs(store, "user", embedder, jobs),
        search=search,
        jobs=jobs,
        files=Files(store, projects),
        projects=projects,
        secrets=secrets,
        tasks=tasks,
        executions=Executions(store, tasks, tools, jobs, engine),
        effects=effects,
        engine=engine,
        timers=timers,
    )
