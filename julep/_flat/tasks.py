"""Tasks."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import path
from julep._request import Request
from julep.resources.tasks import Tasks
from julep.types.seed import (
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceDeletedResponse,
    CommonResourceUpdatedResponse,
    CommonUuid,
    TasksCreateTaskRequestMainItem,
    TasksPatchTaskRequestMainItem,
    TasksRouteListRequestDirection,
    TasksRouteListRequestSortBy,
    TasksRouteListResponse,
    TasksTaskTool,
    TasksUpdateTaskRequestMainItem,
)

from ._page import page


class TaskRoutes(Resource[FaceT]):
    """The documented operations on tasks."""

    @operation
    def tasks_route_list(
        self,
        id: CommonUuid,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: TasksRouteListRequestSortBy,
        direction: TasksRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[TasksRouteListResponse]:
        """Fetch one page of an agent's tasks.

        Args:
            id: Id of the agent.
            limit: The most items in the page, 1 to 999.
            offset: How many items to skip, from 0.
            sort_by: `created_at` or `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Sent as it is; no server filters tasks by it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page(
            path("/agents/{id}/tasks", id=id), TasksRouteListResponse, paging, request_options
        )

    @operation
    def tasks_route_create(
        self,
        id: CommonUuid,
        name: str,
        description: str,
        main: typing.Sequence[TasksCreateTaskRequestMainItem],
        tools: typing.Sequence[TasksTaskTool],
        inherit_tools: bool,
        input_schema: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Create a task, and get its id.

        Args:
            id: Id of the agent.
            name: 1 to 255 characters.
            description: What the task does.
            main: The steps that an execution begins with.
            tools: Tools for this task alone.
            inherit_tools: Whether the agent's tools can be used too.
            input_schema: JSON Schema that the input of executions must match; None takes any.
            metadata: Data of your own.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            BadRequestError: A step, an expression or the schema is not valid.
        """
        return Tasks.create(
            self,
            id,
            name=name,
            description=description,
            main=main,
            tools=tools,
            inherit_tools=inherit_tools,
            input_schema=input_schema,
            metadata=metadata,
        ).returning(CommonResourceCreatedResponse, request_options)

    @operation
    def tasks_create_or_update_route_create_or_update(
        self,
        parent_id: CommonUuid,
        id: CommonUuid,
        name: str,
        description: str,
        main: typing.Sequence[TasksCreateTaskRequestMainItem],
        tools: typing.Sequence[TasksTaskTool],
        inherit_tools: bool,
        input_schema: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Write a task under an id of your choice: create it, or overwrite it whole.

        Args:
            parent_id: Id of the agent.
            id: A UUID, new or that of an existing task.
            name: 1 to 255 characters.
            description: What the task does.
            main: The steps that an execution begins with.
            tools: Tools for this task alone.
            inherit_tools: Whether the agent's tools can be used too.
            input_schema: JSON Schema that the input of executions must match; None takes any.
            metadata: Data of your own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Tasks.create_or_update(
            self,
            parent_id,
            id,
            name=name,
            description=description,
            main=main,
            tools=tools,
            inherit_tools=inherit_tools,
            input_schema=input_schema,
            metadata=metadata,
        ).returning(CommonResourceCreatedResponse, request_options)

    @operation
    def tasks_route_update(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        description: str,
        main: typing.Sequence[TasksUpdateTaskRequestMainItem],
        tools: typing.Sequence[TasksTaskTool],
        inherit_tools: bool,
        input_schema: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Overwrite a task; self-hosted servers never offered it.

        Args:
            id: Id of the agent.
            child_id: Id of the task.
            description: What the task does.
            main: The steps that an execution begins with.
            tools: Tools for this task alone.
            inherit_tools: Whether the agent's tools can be used too.
            input_schema: JSON Schema that the input of executions must match; None takes any.
            metadata: Data of your own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Tasks.reset(
            self,
            id,
            child_id,
            description=description,
            main=main,
            tools=tools,
            inherit_tools=inherit_tools,
            input_schema=input_schema,
            metadata=metadata,
        ).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def tasks_route_delete(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceDeletedResponse]:
        """Delete a task and its executions; self-hosted servers never offered it.

        Args:
            id: Id of the agent.
            child_id: Id of the task.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Tasks.delete(self, id, child_id).returning(
            CommonResourceDeletedResponse, request_options
        )

    @operation
    def tasks_route_patch(
        self,
        id: CommonUuid,
        child_id: CommonUuid,
        description: typing.Optional[str] = OMIT,
        main: typing.Optional[typing.Sequence[TasksPatchTaskRequestMainItem]] = OMIT,
        input_schema: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        tools: typing.Optional[typing.Sequence[TasksTaskTool]] = OMIT,
        inherit_tools: typing.Optional[bool] = OMIT,
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Change some fields of a task; self-hosted servers never offered it.

        Args:
            id: Id of the agent.
            child_id: Id of the task.
            description: What the task does.
            main: The steps that an execution begins with.
            input_schema: JSON Schema that the input of executions must match; None takes any.
            tools: Tools for this task alone.
            inherit_tools: Whether the agent's tools can be used too.
            metadata: Data of your own.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        body = {
            "description": description,
            "main": main,
            "input_schema": input_schema,
            "tools": tools,
            "inherit_tools": inherit_tools,
            "metadata": metadata,
        }
        return Request(
            "PATCH",
            path("/agents/{id}/tasks/{child_id}", id=id, child_id=child_id),
            CommonResourceUpdatedResponse,
            body=body,
        ).with_options(request_options)
