"""The names that documents of 2024 use, and the classes that they stand for now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from .agents import Agent, CreateAgent
from .chat import (
    BaseChatOutput,
    BaseChatResponse,
    BaseTokenLogProb,
    ChatChoice,
    ChatInput,
    ChatOutputChunk,
    ChatResponse,
    ChunkChatResponse,
    CompletionUsage,
    FinishReason,
    LogProbResponse,
    MessageChatResponse,
    TokenLogProb,
)
from .common import Direction, Listing, ResourceCreated, ResourceDeleted, ResourceUpdated, SortBy
from .control import (
    CaseThen,
    ForeachDo,
    ForeachStep,
    IfElseStep,
    MapOver,
    MapReduceStep,
    ParallelStep,
    SwitchStep,
    WorkflowStep,
)
from .docs import (
    BaseDocSearch,
    CreateDoc,
    Doc,
    DocOwner,
    DocOwnerRole,
    DocReference,
    DocSearch,
    DocSearchResponse,
    EmbedQuery,
    EmbedQueryResponse,
    HybridDocSearch,
    Snippet,
    TextDocSearch,
    VectorDocSearch,
)
from .entries import (
    BaseEntry,
    Content,
    ContentPart,
    Entry,
    EntryContent,
    EntrySource,
    History,
    ImageDetail,
    ImagePart,
    ImageUrl,
    Message,
    Relation,
    Role,
    TextPart,
)
from .executions import (
    Execution,
    ExecutionStatus,
    ResumeExecution,
    StopExecution,
    Transition,
    TransitionGroup,
    TransitionListing,
    TransitionTarget,
    TransitionType,
    UpdateExecution,
)
from .jobs import JobState, JobStatus
from .sessions import CreateSession, KnownContextOverflow, Session
from .settings import ChatSettings, ResponseFormat, ResponseFormatType
from .steps import (
    EmbedStep,
    ErrorStep,
    EvaluateStep,
    GetStep,
    LogStep,
    PromptStep,
    ReturnStep,
    SearchStep,
    SetKey,
    SetStep,
    SleepFor,
    SleepStep,
    ToolCallStep,
    WaitForInputStep,
    YieldStep,
)
from .tasks import CreateTask, Task, TaskTool
from .tools import (
    CreateTool,
    FunctionCall,
    FunctionDef,
    FunctionTool,
    KnownToolChoice,
    KnownToolType,
    NamedToolChoice,
    Tool,
    ToolCall,
    ToolResponse,
)
from .users import CreateUser, User

AgentDocsRouteListRequestDirection: TypeAlias = Direction
AgentDocsRouteListRequestSortBy: TypeAlias = SortBy
AgentDocsRouteListResponse: TypeAlias = Listing[Doc]
AgentToolsRouteListRequestDirection: TypeAlias = Direction
AgentToolsRouteListRequestSortBy: TypeAlias = SortBy
AgentToolsRouteListResponse: TypeAlias = Listing[Tool]
AgentsAgent = Agent
AgentsAgentInstructions: TypeAlias = str | list[str]
AgentsCreateAgentRequest = CreateAgent
AgentsCreateAgentRequestInstructions: TypeAlias = str | list[str]
AgentsCreateOrUpdateAgentRequest = Agent
AgentsDocsSearchRouteSearchRequestBody: TypeAlias = DocSearch
AgentsPatchAgentRequestInstructions: TypeAlias = str | list[str]
AgentsRouteListRequestDirection: TypeAlias = Direction
AgentsRouteListRequestSortBy: TypeAlias = SortBy
AgentsRouteListResponse: TypeAlias = Listing[Agent]
AgentsUpdateAgentRequest = CreateAgent
AgentsUpdateAgentRequestInstructions: TypeAlias = str | list[str]
ChatBaseChatOutput = BaseChatOutput
ChatBaseChatResponse = BaseChatResponse
ChatBaseTokenLogProb = BaseTokenLogProb
ChatChatInputData = ChatInput
ChatChatInputDataToolChoice: TypeAlias = KnownToolChoice | NamedToolChoice
ChatChatOutputChunk = ChatOutputChunk
ChatChatSettings = ChatSettings
ChatChunkChatResponse = ChunkChatResponse
ChatCompetionUsage = CompletionUsage
ChatCompletionResponseFormat = ResponseFormat
ChatCompletionResponseFormatType: TypeAlias = ResponseFormatType
ChatDefaultChatSettings = ChatSettings
ChatFinishReason: TypeAlias = FinishReason
ChatLogProbResponse = LogProbResponse
ChatMessageChatResponse = MessageChatResponse
ChatMessageChatResponseChoicesItem = ChatChoice
ChatMultipleChatOutput = ChatChoice
ChatOpenAiSettings = ChatSettings
ChatRouteGenerateResponse: TypeAlias = ChatResponse
ChatSingleChatOutput = ChatChoice
ChatTokenLogProb = TokenLogProb
CommonIdentifierSafeUnicode: TypeAlias = str
CommonLimit: TypeAlias = int
CommonLogitBias: TypeAlias = float
CommonOffset: TypeAlias = int
CommonPyExpression: TypeAlias = str
CommonResourceCreatedResponse = ResourceCreated
CommonResourceDeletedResponse = ResourceDeleted
CommonResourceUpdatedResponse = ResourceUpdated
CommonToolRef: TypeAlias = str
CommonUuid: TypeAlias = str
CommonValidPythonIdentifier: TypeAlias = str
DocsBaseDocSearchRequest = BaseDocSearch
DocsCreateDocRequest = CreateDoc
DocsCreateDocRequestContent: TypeAlias = str | list[str]
DocsDoc = Doc
DocsDocContent: TypeAlias = str | list[str]
DocsDocOwner = DocOwner
DocsDocOwnerRole: TypeAlias = DocOwnerRole
DocsDocReference = DocReference
DocsDocSearchResponse = DocSearchResponse
DocsEmbedQueryRequest = EmbedQuery
DocsEmbedQueryRequestText: TypeAlias = str | list[str]
DocsEmbedQueryResponse = EmbedQueryResponse
DocsHybridDocSearchRequest = HybridDocSearch
DocsSnippet = Snippet
DocsTextOnlyDocSearchRequest = TextDocSearch
DocsVectorDocSearchRequest = VectorDocSearch
EntriesBaseEntry = BaseEntry
EntriesBaseEntryContent: TypeAlias = EntryContent
EntriesBaseEntryContentItem: TypeAlias = EntryContent
EntriesBaseEntryContentItemItem: TypeAlias = ContentPart
EntriesBaseEntryContentItemItem_ImageUrl = ImagePart
EntriesBaseEntryContentItemItem_Text = TextPart
EntriesBaseEntrySource: TypeAlias = EntrySource
EntriesChatMlImageContentPart = ImagePart
EntriesChatMlRole: TypeAlias = Role
EntriesChatMlTextContentPart = TextPart
EntriesEntry = Entry
EntriesHistory = History
EntriesImageDetail: TypeAlias = ImageDetail
EntriesImageUrl = ImageUrl
EntriesInputChatMlMessage = Message
EntriesInputChatMlMessageContent: TypeAlias = Content
EntriesInputChatMlMessageContentItem: TypeAlias = ContentPart
EntriesInputChatMlMessageContentItem_ImageUrl = ImagePart
EntriesInputChatMlMessageContentItem_Text = TextPart
EntriesRelation = Relation
ExecutionTransitionsRouteListRequestDirection: TypeAlias = Direction
ExecutionTransitionsRouteListRequestSortBy: TypeAlias = SortBy
ExecutionTransitionsRouteListResponse = TransitionListing
ExecutionTransitionsRouteListResponseResultsItem = TransitionGroup
ExecutionsExecution = Execution
ExecutionsExecutionStatus: TypeAlias = ExecutionStatus
ExecutionsResumeExecutionRequest = ResumeExecution
ExecutionsStopExecutionRequest = StopExecution
ExecutionsTransition = Transition
ExecutionsTransitionTarget = TransitionTarget
ExecutionsTransitionType: TypeAlias = TransitionType
ExecutionsUpdateExecutionRequest: TypeAlias = UpdateExecution
ExecutionsUpdateExecutionRequest_Cancelled = StopExecution
ExecutionsUpdateExecutionRequest_Running = ResumeExecution
JobsJobState: TypeAlias = JobState
JobsJobStatus = JobStatus
SessionsContextOverflowType: TypeAlias = KnownContextOverflow
SessionsCreateOrUpdateSessionRequest = Session
SessionsCreateSessionRequest = CreateSession
SessionsMultiAgentMultiUserSession = Session
SessionsMultiAgentNoUserSession = Session
SessionsMultiAgentSingleUserSession = Session
SessionsRouteListRequestDirection: TypeAlias = Direction
SessionsRouteListRequestSortBy: TypeAlias = SortBy
SessionsRouteListResponse: TypeAlias = Listing[Session]
SessionsSession = Session
SessionsSession_MultiAgentMultiUser = Session
SessionsSession_MultiAgentNoUser = Session
SessionsSession_MultiAgentSingleUser = Session
SessionsSession_SingleAgentMultiUser = Session
SessionsSession_SingleAgentNoUser = Session
SessionsSession_SingleAgentSingleUser = Session
SessionsSingleAgentMultiUserSession = Session
SessionsSingleAgentNoUserSession = Session
SessionsSingleAgentSingleUserSession = Session
TaskExecutionsRouteListRequestDirection: TypeAlias = Direction
TaskExecutionsRouteListRequestSortBy: TypeAlias = SortBy
TaskExecutionsRouteListResponse: TypeAlias = Listing[Execution]
TasksBaseWorkflowStep: TypeAlias = WorkflowStep
TasksCaseThen = CaseThen
TasksCaseThenThen: TypeAlias = WorkflowStep
TasksCreateTaskRequest = CreateTask
TasksCreateTaskRequestMainItem: TypeAlias = WorkflowStep
TasksEmbedStep = EmbedStep
TasksErrorWorkflowStep = ErrorStep
TasksEvaluateStep = EvaluateStep
TasksForeachDo = ForeachDo
TasksForeachDoDo: TypeAlias = WorkflowStep
TasksForeachStep = ForeachStep
TasksGetStep = GetStep
TasksIfElseWorkflowStep = IfElseStep
TasksIfElseWorkflowStepElse: TypeAlias = WorkflowStep
TasksIfElseWorkflowStepThen: TypeAlias = WorkflowStep
TasksLogStep = LogStep
TasksMapOver = MapOver
TasksMapReduceStep = MapReduceStep
TasksParallelStep = ParallelStep
TasksParallelStepParallelItem: TypeAlias = WorkflowStep
TasksPatchTaskRequestMainItem: TypeAlias = WorkflowStep
TasksPromptStep = PromptStep
TasksPromptStepPrompt: TypeAlias = str | Sequence[Message]
TasksReturnStep = ReturnStep
TasksRouteListRequestDirection: TypeAlias = Direction
TasksRouteListRequestSortBy: TypeAlias = SortBy
TasksRouteListResponse: TypeAlias = Listing[Task]
TasksSearchStep = SearchStep
TasksSearchStepSearch: TypeAlias = DocSearch
TasksSetKey = SetKey
TasksSetStep = SetStep
TasksSetStepSet: TypeAlias = SetKey | Sequence[SetKey]
TasksSleepFor = SleepFor
TasksSleepStep = SleepStep
TasksSwitchStep = SwitchStep
TasksTask = Task
TasksTaskMainItem: TypeAlias = WorkflowStep
TasksTaskTool = TaskTool
TasksToolCallStep = ToolCallStep
TasksUpdateTaskRequestMainItem: TypeAlias = WorkflowStep
TasksWaitForInputStep = WaitForInputStep
TasksYieldStep = YieldStep
ToolsChosenFunctionCall = ToolCall
ToolsChosenToolCall = ToolCall
ToolsChosenToolCall_Function = ToolCall
ToolsCreateToolRequest = CreateTool
ToolsFunctionCallOption = FunctionCall
ToolsFunctionDef = FunctionDef
ToolsFunctionTool = FunctionTool
ToolsNamedFunctionChoice = NamedToolChoice
ToolsNamedToolChoice = NamedToolChoice
ToolsNamedToolChoice_Function = NamedToolChoice
ToolsTool = Tool
ToolsToolResponse = ToolResponse
ToolsToolType: TypeAlias = KnownToolType
ToolsTool_Function = Tool
UserDocsRouteListRequestDirection: TypeAlias = Direction
UserDocsRouteListRequestSortBy: TypeAlias = SortBy
UserDocsRouteListResponse: TypeAlias = Listing[Doc]
UserDocsSearchRouteSearchRequestBody: TypeAlias = DocSearch
UsersCreateOrUpdateUserRequest = User
UsersCreateUserRequest = CreateUser
UsersRouteListRequestDirection: TypeAlias = Direction
UsersRouteListRequestSortBy: TypeAlias = SortBy
UsersRouteListResponse: TypeAlias = Listing[User]
UsersUser = User
