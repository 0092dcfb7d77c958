"""What the API's objects are read as: one module for each resource.

Everything is imported when it is first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._model import OMIT as OMIT
    from ._model import Model as Model
    from .added_docs import AddedDocs as AddedDocs
    from .added_docs import SkippedText as SkippedText
    from .agents import Agent as Agent
    from .agents import CreateAgent as CreateAgent
    from .agents import ListModelsResponse as ListModelsResponse
    from .agents import ModelInfo as ModelInfo
    from .chat import BaseChatOutput as BaseChatOutput
    from .chat import BaseChatResponse as BaseChatResponse
    from .chat import BaseTokenLogProb as BaseTokenLogProb
    from .chat import ChatChoice as ChatChoice
    from .chat import ChatInput as ChatInput
    from .chat import ChatOutputChunk as ChatOutputChunk
    from .chat import ChatResponse as ChatResponse
    from .chat import ChunkChatResponse as ChunkChatResponse
    from .chat import CompletionUsage as CompletionUsage
    from .chat import Delta as Delta
    from .chat import FinishReason as FinishReason
    from .chat import LogProbResponse as LogProbResponse
    from .chat import MessageChatResponse as MessageChatResponse
    from .chat import TokenLogProb as TokenLogProb
    from .common import Direction as Direction
    from .common import Listing as Listing
    from .common import ResourceCreated as ResourceCreated
    from .common import ResourceDeleted as ResourceDeleted
    from .common import ResourceUpdated as ResourceUpdated
    from .common import SortBy as SortBy
    from .control import CaseThen as CaseThen
    from .control import ForeachDo as ForeachDo
    from .control import ForeachStep as ForeachStep
    from .control import IfElseStep as IfElseStep
    from .control import MapOver as MapOver
    from .control import MapReduceStep as MapReduceStep
    from .control import ParallelStep as ParallelStep
    from .control import SwitchStep as SwitchStep
    from .control import WorkflowStep as WorkflowStep
    from .control_dicts import AnyStepDict as AnyStepDict
    from .control_dicts import CaseDict as CaseDict
    from .control_dicts import ForeachDict as ForeachDict
    from .control_dicts import ForeachStepDict as ForeachStepDict
    from .control_dicts import IfElseStepDict as IfElseStepDict
    from .control_dicts import MapReduceStepDict as MapReduceStepDict
    from .control_dicts import ParallelStepDict as ParallelStepDict
    from .control_dicts import StepDict as StepDict
    from .control_dicts import SwitchStepDict as SwitchStepDict
    from .docs import BaseDocSearch as BaseDocSearch
    from .docs import CreateDoc as CreateDoc
    from .docs import Doc as Doc
    from .docs import DocOwner as DocOwner
    from .docs import DocOwnerRole as DocOwnerRole
    from .docs import DocReference as DocReference
    from .docs import DocSearch as DocSearch
    from .docs import DocSearchResponse as DocSearchResponse
    from .docs import EmbedQuery as EmbedQuery
    from .docs import EmbedQueryResponse as EmbedQueryResponse
    from .docs import HybridDocSearch as HybridDocSearch
    from .docs import Snippet as Snippet
    from .docs import TextDocSearch as TextDocSearch
    from .docs import VectorDocSearch as VectorDocSearch
    from .entries import BaseEntry as BaseEntry
    from .entries import Content as Content
    from .entries import ContentPart as ContentPart
    from .entries import Entry as Entry
    from .entries import EntryContent as EntryContent
    from .entries import EntrySource as EntrySource
    from .entries import History as History
    from .entries import ImageDetail as ImageDetail
    from .entries import ImagePart as ImagePart
    from .entries import ImageUrl as ImageUrl
    from .entries import Message as Message
    from .entries import Relation as Relation
    from .entries import Role as Role
    from .entries import TextPart as TextPart
    from .entries import ToolResultPart as ToolResultPart
    from .executions import Execution as Execution
    from .executions import ExecutionStatus as ExecutionStatus
    from .executions import ExecutionStatusEvent as ExecutionStatusEvent
    from .executions import ResumeExecution as ResumeExecution
    from .executions import StopExecution as StopExecution
    from .executions import Transition as Transition
    from .executions import TransitionGroup as TransitionGroup
    from .executions import TransitionListing as TransitionListing
    from .executions import TransitionTarget as TransitionTarget
    from .executions import TransitionType as TransitionType
    from .executions import UpdateExecution as UpdateExecution
    from .files import CreateFile as CreateFile
    from .files import File as File
    from .jobs import JobState as JobState
    from .jobs import JobStatus as JobStatus
    from .message_dicts import ChatRole as ChatRole
    from .message_dicts import ContentPartDict as ContentPartDict
    from .message_dicts import FunctionCallDict as FunctionCallDict
    from .message_dicts import ImagePartDict as ImagePartDict
    from .message_dicts import ImageUrlDict as ImageUrlDict
    from .message_dicts import MessageDict as MessageDict
    from .message_dicts import TextPartDict as TextPartDict
    from .message_dicts import ToolCallDict as ToolCallDict
    from .message_dicts import ToolResultPartDict as ToolResultPartDict
    from .projects import CreateProject as CreateProject
    from .projects import Project as Project
    from .runs import Done as Done
    from .runs import FailedStep as FailedStep
    from .runs import Results as Results
    from .runs import Run as Run
    from .runs import Steps as Steps
    from .secrets import CreateSecret as CreateSecret
    from .secrets import Secret as Secret
    from .sessions import ContextOverflow as ContextOverflow
    from .sessions import CreateSession as CreateSession
    from .sessions import RecallMode as RecallMode
    from .sessions import RecallOptions as RecallOptions
    from .sessions import RenderResponse as RenderResponse
    from .sessions import Session as Session
    from .sessions import SessionKind as SessionKind
    from .setting_dicts import ChatSettingsDict as ChatSettingsDict
    from .setting_dicts import NamedSchemaDict as NamedSchemaDict
    from .setting_dicts import PlainFormatDict as PlainFormatDict
    from .setting_dicts import RecallOptionsDict as RecallOptionsDict
    from .setting_dicts import ResponseFormatDict as ResponseFormatDict
    from .setting_dicts import SchemaFormatDict as SchemaFormatDict
    from .settings import ChatSettings as ChatSettings
    from .settings import ResponseFormat as ResponseFormat
    from .settings import ResponseFormatType as ResponseFormatType
    from .step_dicts import EmbedDict as EmbedDict
    from .step_dicts import EmbedStepDict as EmbedStepDict
    from .step_dicts import ErrorStepDict as ErrorStepDict
    from .step_dicts import EvaluateStepDict as EvaluateStepDict
    from .step_dicts import GetStepDict as GetStepDict
    from .step_dicts import LogStepDict as LogStepDict
    from .step_dicts import PromptStepDict as PromptStepDict
    from .step_dicts import ReturnStepDict as ReturnStepDict
    from .step_dicts import SearchDict as SearchDict
    from .step_dicts import SearchStepDict as SearchStepDict
    from .step_dicts import SetStepDict as SetStepDict
    from .step_dicts import SleepDict as SleepDict
    from .step_dicts import SleepStepDict as SleepStepDict
    from .step_dicts import ToolCallStepDict as ToolCallStepDict
    from .step_dicts import WaitDict as WaitDict
    from .step_dicts import WaitForInputStepDict as WaitForInputStepDict
    from .step_dicts import YieldStepDict as YieldStepDict
    from .steps import EmbedStep as EmbedStep
    from .steps import ErrorStep as ErrorStep
    from .steps import EvaluateStep as EvaluateStep
    from .steps import Expressions as Expressions
    from .steps import GetStep as GetStep
    from .steps import LogStep as LogStep
    from .steps import PromptStep as PromptStep
    from .steps import ReturnStep as ReturnStep
    from .steps import SearchStep as SearchStep
    from .steps import SetKey as SetKey
    from .steps import SetStep as SetStep
    from .steps import SleepFor as SleepFor
    from .steps import SleepStep as SleepStep
    from .steps import Step as Step
    from .steps import ToolCallStep as ToolCallStep
    from .steps import WaitForInputStep as WaitForInputStep
    from .steps import YieldStep as YieldStep
    from .task_dicts import TaskDict as TaskDict
    from .tasks import CreateTask as CreateTask
    from .tasks import Task as Task
    from .tasks import TaskTool as TaskTool
    from .tool_dicts import ApiCallDict as ApiCallDict
    from .tool_dicts import ApiCallToolDict as ApiCallToolDict
    from .tool_dicts import BashToolDict as BashToolDict
    from .tool_dicts import BuiltInDict as BuiltInDict
    from .tool_dicts import ComputerDict as ComputerDict
    from .tool_dicts import ComputerToolDict as ComputerToolDict
    from .tool_dicts import FunctionDict as FunctionDict
    from .tool_dicts import FunctionToolDict as FunctionToolDict
    from .tool_dicts import IntegrationDict as IntegrationDict
    from .tool_dicts import IntegrationToolDict as IntegrationToolDict
    from .tool_dicts import NamedFunctionDict as NamedFunctionDict
    from .tool_dicts import Provider as Provider
    from .tool_dicts import SystemDict as SystemDict
    from .tool_dicts import SystemToolDict as SystemToolDict
    from .tool_dicts import TextEditorToolDict as TextEditorToolDict
    from .tool_dicts import ToolChoiceDict as ToolChoiceDict
    from .tool_dicts import ToolDict as ToolDict
    from .tools import CreateTool as CreateTool
    from .tools import FunctionCall as FunctionCall
    from .tools import FunctionDef as FunctionDef
    from .tools import FunctionTool as FunctionTool
    from .tools import NamedToolChoice as NamedToolChoice
    from .tools import Tool as Tool
    from .tools import ToolCall as ToolCall
    from .tools import ToolChoice as ToolChoice
    from .tools import ToolResponse as ToolResponse
    from .tools import ToolType as ToolType
    from .turns import Answer as Answer
    from .turns import Call as Call
    from .turns import CallState as CallState
    from .turns import ParsedAnswer as ParsedAnswer
    from .turns import Turn as Turn
    from .users import CreateUser as CreateUser
    from .users import User as User
else:
    from importlib import import_module

    _NAMES = {
        "_model": "Model OMIT",
        "added_docs": "AddedDocs SkippedText",
        "agents": "Agent CreateAgent ListModelsResponse ModelInfo",
        "chat": "BaseChatOutput BaseChatResponse BaseTokenLogProb ChatChoice ChatInput ChatOutputChunk ChatResponse ChunkChatResponse CompletionUsage Delta FinishReason LogProbResponse MessageChatResponse TokenLogProb",
        "common": "Direction Listing ResourceCreated ResourceDeleted ResourceUpdated SortBy",
        "control": "CaseThen ForeachDo ForeachStep IfElseStep MapOver MapReduceStep ParallelStep SwitchStep WorkflowStep",
        "control_dicts": "AnyStepDict CaseDict ForeachDict ForeachStepDict IfElseStepDict MapReduceStepDict ParallelStepDict StepDict SwitchStepDict",
        "docs": "BaseDocSearch CreateDoc Doc DocOwner DocOwnerRole DocReference DocSearch DocSearchResponse EmbedQuery EmbedQueryResponse HybridDocSearch Snippet TextDocSearch VectorDocSearch",
        "entries": "BaseEntry Content ContentPart Entry EntryContent EntrySource History ImageDetail ImagePart ImageUrl Message Relation Role TextPart ToolResultPart",
        "executions": "Execution ExecutionStatus ExecutionStatusEvent ResumeExecution StopExecution Transition TransitionGroup TransitionListing TransitionTarget TransitionType UpdateExecution",
        "files": "CreateFile File",
        "jobs": "JobState JobStatus",
        "message_dicts": "ChatRole ContentPartDict FunctionCallDict ImagePartDict ImageUrlDict MessageDict TextPartDict ToolCallDict ToolResultPartDict",
        "projects": "CreateProject Project",
        "runs": "Done FailedStep Results Run Steps",
        "secrets": "CreateSecret Secret",
        "sessions": "ContextOverflow CreateSession RecallMode RecallOptions RenderResponse Session SessionKind",
        "setting_dicts": "ChatSettingsDict NamedSchemaDict PlainFormatDict RecallOptionsDict ResponseFormatDict SchemaFormatDict",
        "settings": "ChatSettings ResponseFormat ResponseFormatType",
        "step_dicts": "EmbedDict EmbedStepDict ErrorStepDict EvaluateStepDict GetStepDict LogStepDict PromptStepDict ReturnStepDict SearchDict SearchStepDict SetStepDict SleepDict SleepStepDict ToolCallStepDict WaitDict WaitForInputStepDict YieldStepDict",
        "steps": "EmbedStep ErrorStep EvaluateStep Expressions GetStep LogStep PromptStep ReturnStep SearchStep SetKey SetStep SleepFor SleepStep Step ToolCallStep WaitForInputStep YieldStep",
        "task_dicts": "TaskDict",
        "tasks": "CreateTask Task TaskTool",
        "tool_dicts": "ApiCallDict ApiCallToolDict BashToolDict BuiltInDict ComputerDict ComputerToolDict FunctionDict FunctionToolDict IntegrationDict IntegrationToolDict NamedFunctionDict Provider SystemDict SystemToolDict TextEditorToolDict ToolChoiceDict ToolDict",
        "tools": "CreateTool FunctionCall FunctionDef FunctionTool NamedToolChoice Tool ToolCall ToolChoice ToolResponse ToolType",
        "turns": "Answer Call CallState ParsedAnswer Turn",
        "users": "CreateUser User",
    }
    _MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}

    __all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - checkers read the imports above

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return __all__
