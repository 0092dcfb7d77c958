"""The names that documents of 2024 give to steps by where they stand in a task."""

from __future__ import annotations

from .control import ForeachStep, IfElseStep, MapReduceStep, ParallelStep, SwitchStep
from .steps import (
    EmbedStep,
    ErrorStep,
    EvaluateStep,
    GetStep,
    LogStep,
    PromptStep,
    ReturnStep,
    SearchStep,
    SetStep,
    SleepStep,
    ToolCallStep,
    WaitForInputStep,
    YieldStep,
)

TasksBaseWorkflowStep_Embed = EmbedStep
TasksBaseWorkflowStep_Error = ErrorStep
TasksBaseWorkflowStep_Foreach = ForeachStep
TasksBaseWorkflowStep_Get = GetStep
TasksBaseWorkflowStep_IfElse = IfElseStep
TasksBaseWorkflowStep_Log = LogStep
TasksBaseWorkflowStep_MapReduce = MapReduceStep
TasksBaseWorkflowStep_Parallel = ParallelStep
TasksBaseWorkflowStep_Prompt = PromptStep
TasksBaseWorkflowStep_Return = ReturnStep
TasksBaseWorkflowStep_Search = SearchStep
TasksBaseWorkflowStep_Set = SetStep
TasksBaseWorkflowStep_Sleep = SleepStep
TasksBaseWorkflowStep_Switch = SwitchStep
TasksBaseWorkflowStep_ToolCall = ToolCallStep
TasksBaseWorkflowStep_WaitForInput = WaitForInputStep
TasksBaseWorkflowStep_Yield = YieldStep
TasksCaseThenThen_Embed = EmbedStep
TasksCaseThenThen_Error = ErrorStep
TasksCaseThenThen_Evaluate = EvaluateStep
TasksCaseThenThen_Get = GetStep
TasksCaseThenThen_Log = LogStep
TasksCaseThenThen_Prompt = PromptStep
TasksCaseThenThen_Return = ReturnStep
TasksCaseThenThen_Search = SearchStep
TasksCaseThenThen_Set = SetStep
TasksCaseThenThen_Sleep = SleepStep
TasksCaseThenThen_ToolCall = ToolCallStep
TasksCaseThenThen_WaitForInput = WaitForInputStep
TasksCaseThenThen_Yield = YieldStep
TasksCreateTaskRequestMainItem_Embed = EmbedStep
TasksCreateTaskRequestMainItem_Error = ErrorStep
TasksCreateTaskRequestMainItem_Evaluate = EvaluateStep
TasksCreateTaskRequestMainItem_Foreach = ForeachStep
TasksCreateTaskRequestMainItem_Get = GetStep
TasksCreateTaskRequestMainItem_IfElse = IfElseStep
TasksCreateTaskRequestMainItem_Log = LogStep
TasksCreateTaskRequestMainItem_MapReduce = MapReduceStep
TasksCreateTaskRequestMainItem_Parallel = ParallelStep
TasksCreateTaskRequestMainItem_Prompt = PromptStep
TasksCreateTaskRequestMainItem_Return = ReturnStep
TasksCreateTaskRequestMainItem_Search = SearchStep
TasksCreateTaskRequestMainItem_Set = SetStep
TasksCreateTaskRequestMainItem_Sleep = SleepStep
TasksCreateTaskRequestMainItem_Switch = SwitchStep
TasksCreateTaskRequestMainItem_ToolCall = ToolCallStep
TasksCreateTaskRequestMainItem_WaitForInput = WaitForInputStep
TasksCreateTaskRequestMainItem_Yield = YieldStep
TasksForeachDoDo_Embed = EmbedStep
TasksForeachDoDo_Error = ErrorStep
TasksForeachDoDo_Evaluate = EvaluateStep
TasksForeachDoDo_Get = GetStep
TasksForeachDoDo_Log = LogStep
TasksForeachDoDo_Prompt = PromptStep
TasksForeachDoDo_Return = ReturnStep
TasksForeachDoDo_Search = SearchStep
TasksForeachDoDo_Set = SetStep
TasksForeachDoDo_Sleep = SleepStep
TasksForeachDoDo_ToolCall = ToolCallStep
TasksForeachDoDo_WaitForInput = WaitForInputStep
TasksForeachDoDo_Yield = YieldStep
TasksIfElseWorkflowStepElse_Embed = EmbedStep
TasksIfElseWorkflowStepElse_Error = ErrorStep
TasksIfElseWorkflowStepElse_Evaluate = EvaluateStep
TasksIfElseWorkflowStepElse_Get = GetStep
TasksIfElseWorkflowStepElse_Log = LogStep
TasksIfElseWorkflowStepElse_Prompt = PromptStep
TasksIfElseWorkflowStepElse_Return = ReturnStep
TasksIfElseWorkflowStepElse_Search = SearchStep
TasksIfElseWorkflowStepElse_Set = SetStep
TasksIfElseWorkflowStepElse_Sleep = SleepStep
TasksIfElseWorkflowStepElse_ToolCall = ToolCallStep
TasksIfElseWorkflowStepElse_WaitForInput = WaitForInputStep
TasksIfElseWorkflowStepElse_Yield = YieldStep
TasksIfElseWorkflowStepThen_Embed = EmbedStep
TasksIfElseWorkflowStepThen_Error = ErrorStep
TasksIfElseWorkflowStepThen_Evaluate = EvaluateStep
TasksIfElseWorkflowStepThen_Get = GetStep
TasksIfElseWorkflowStepThen_Log = LogStep
TasksIfElseWorkflowStepThen_Prompt = PromptStep
TasksIfElseWorkflowStepThen_Return = ReturnStep
TasksIfElseWorkflowStepThen_Search = SearchStep
TasksIfElseWorkflowStepThen_Set = SetStep
TasksIfElseWorkflowStepThen_Sleep = SleepStep
TasksIfElseWorkflowStepThen_ToolCall = ToolCallStep
TasksIfElseWorkflowStepThen_WaitForInput = WaitForInputStep
TasksIfElseWorkflowStepThen_Yield = YieldStep
TasksParallelStepParallelItem_Embed = EmbedStep
TasksParallelStepParallelItem_Error = ErrorStep
TasksParallelStepParallelItem_Evaluate = EvaluateStep
TasksParallelStepParallelItem_Get = GetStep
TasksParallelStepParallelItem_Log = LogStep
TasksParallelStepParallelItem_Prompt = PromptStep
TasksParallelStepParallelItem_Return = ReturnStep
TasksParallelStepParallelItem_Search = SearchStep
TasksParallelStepParallelItem_Set = SetStep
TasksParallelStepParallelItem_Sleep = SleepStep
TasksParallelStepParallelItem_ToolCall = ToolCallStep
TasksParallelStepParallelItem_WaitForInput = WaitForInputStep
TasksParallelStepParallelItem_Yield = YieldStep
TasksPatchTaskRequestMainItem_Embed = EmbedStep
TasksPatchTaskRequestMainItem_Error = ErrorStep
TasksPatchTaskRequestMainItem_Evaluate = EvaluateStep
TasksPatchTaskRequestMainItem_Foreach = ForeachStep
TasksPatchTaskRequestMainItem_Get = GetStep
TasksPatchTaskRequestMainItem_IfElse = IfElseStep
TasksPatchTaskRequestMainItem_Log = LogStep
TasksPatchTaskRequestMainItem_MapReduce = MapReduceStep
TasksPatchTaskRequestMainItem_Parallel = ParallelStep
TasksPatchTaskRequestMainItem_Prompt = PromptStep
TasksPatchTaskRequestMainItem_Return = ReturnStep
TasksPatchTaskRequestMainItem_Search = SearchStep
TasksPatchTaskRequestMainItem_Set = SetStep
TasksPatchTaskRequestMainItem_Sleep = SleepStep
TasksPatchTaskRequestMainItem_Switch = SwitchStep
TasksPatchTaskRequestMainItem_ToolCall = ToolCallStep
TasksPatchTaskRequestMainItem_WaitForInput = WaitForInputStep
TasksPatchTaskRequestMainItem_Yield = YieldStep
TasksTaskMainItem_Embed = EmbedStep
TasksTaskMainItem_Error = ErrorStep
TasksTaskMainItem_Evaluate = EvaluateStep
TasksTaskMainItem_Foreach = ForeachStep
TasksTaskMainItem_Get = GetStep
TasksTaskMainItem_IfElse = IfElseStep
TasksTaskMainItem_Log = LogStep
TasksTaskMainItem_MapReduce = MapReduceStep
TasksTaskMainItem_Parallel = ParallelStep
TasksTaskMainItem_Prompt = PromptStep
TasksTaskMainItem_Return = ReturnStep
TasksTaskMainItem_Search = SearchStep
TasksTaskMainItem_Set = SetStep
TasksTaskMainItem_Sleep = SleepStep
TasksTaskMainItem_Switch = SwitchStep
TasksTaskMainItem_ToolCall = ToolCallStep
TasksTaskMainItem_WaitForInput = WaitForInputStep
TasksTaskMainItem_Yield = YieldStep
TasksUpdateTaskRequestMainItem_Embed = EmbedStep
TasksUpdateTaskRequestMainItem_Error = ErrorStep
TasksUpdateTaskRequestMainItem_Evaluate = EvaluateStep
TasksUpdateTaskRequestMainItem_Foreach = ForeachStep
TasksUpdateTaskRequestMainItem_Get = GetStep
TasksUpdateTaskRequestMainItem_IfElse = IfElseStep
TasksUpdateTaskRequestMainItem_Log = LogStep
TasksUpdateTaskRequestMainItem_MapReduce = MapReduceStep
TasksUpdateTaskRequestMainItem_Parallel = ParallelStep
TasksUpdateTaskRequestMainItem_Prompt = PromptStep
TasksUpdateTaskRequestMainItem_Return = ReturnStep
TasksUpdateTaskRequestMainItem_Search = SearchStep
TasksUpdateTaskRequestMainItem_Set = SetStep
TasksUpdateTaskRequestMainItem_Sleep = SleepStep
TasksUpdateTaskRequestMainItem_Switch = SwitchStep
TasksUpdateTaskRequestMainItem_ToolCall = ToolCallStep
TasksUpdateTaskRequestMainItem_WaitForInput = WaitForInputStep
TasksUpdateTaskRequestMainItem_Yield = YieldStep
