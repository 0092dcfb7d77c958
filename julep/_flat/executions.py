"""Executions, their transitions, and jobs."""

from __future__ import annotations

import typing

from julep._codec import OMIT
from julep._faces import FaceT, Resource, operation
from julep._options import RequestOptions
from julep._paths import id_of, path
from julep._request import Request
from julep.resources.executions import Executions, TaskExecutions
from julep.resources.jobs import Jobs
from julep.types.seed import (
    CommonLimit,
    CommonOffset,
    CommonResourceCreatedResponse,
    CommonResourceUpdatedResponse,
    CommonUuid,
    ExecutionsExecution,
    ExecutionsUpdateExecutionRequest,
    ExecutionsUpdateExecutionRequest_Cancelled,
    ExecutionTransitionsRouteListRequestDirection,
    ExecutionTransitionsRouteListRequestSortBy,
    ExecutionTransitionsRouteListResponse,
    JobsJobStatus,
    TaskExecutionsRouteListRequestDirection,
    TaskExecutionsRouteListRequestSortBy,
    TaskExecutionsRouteListResponse,
)

from ._page import page


class ExecutionRoutes(Resource[FaceT]):
    """The documented operations on executions, their transitions, and jobs."""

    @operation
    def task_executions_route_list(
        self,
        id: CommonUuid,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: TaskExecutionsRouteListRequestSortBy,
        direction: TaskExecutionsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[TaskExecutionsRouteListResponse]:
        """Fetch one page of a task's executions.

        Args:
            id: Id of the task.
            limit: The most items in the page, 1 to 100.
            offset: How many items to skip, from 0.
            sort_by: `created_at` or `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Sent as it is; no server filters executions by it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page(
            path("/tasks/{id}/executions", id=id),
            TaskExecutionsRouteListResponse,
            paging,
            request_options,
        )

    @operation
    def task_executions_route_create(
        self,
        id: CommonUuid,
        input: typing.Dict[str, typing.Any],
        metadata: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceCreatedResponse]:
        """Start a task, and get the id of the execution.

        Args:
            id: Id of the task.
            input: What the first step gets; must match the task's `input_schema`.
            metadata: Data of your own.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            BadRequestError: The input does not match.
        """
        return TaskExecutions.create(self, id, input=input, metadata=metadata).returning(
            CommonResourceCreatedResponse, request_options
        )

    @operation
    def executions_route_get(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[ExecutionsExecution]:
        """Fetch one execution.

        Args:
            id: Id of the execution.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            NotFoundError: There is no such execution.
        """
        return Executions.get(self, id).returning(ExecutionsExecution, request_options)

    @operation
    def executions_route_update(
        self,
        id: CommonUuid,
        request: ExecutionsUpdateExecutionRequest,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Resume an execution, or stop it.

        Args:
            id: Id of the execution.
            request: An `ExecutionsUpdateExecutionRequest_Running` with the input that it waits for,
                or an `ExecutionsUpdateExecutionRequest_Cancelled` with a reason.
            request_options: Changes to this one call; see `RequestOptions`.

        Returns:
            Its id. Self-hosted servers answer with nothing; `executions_route_get` tells how it stands.

        Raises:
            NotFoundError: It is not waiting (`BadRequestError` on servers of 2024).
        """
        cancels = isinstance(request, ExecutionsUpdateExecutionRequest_Cancelled)
        null = {"id": id_of("id", id)}
        where = path("/executions/{id}", id=id)
        # A resume that is sent twice would feed the next step that waits.
        return Request(
            "PUT", where, CommonResourceUpdatedResponse, body=request, repeatable=cancels, null=null
        ).with_options(request_options)

    @operation
    def executions_route_resume_with_task_token(
        self,
        task_token: str,
        input: typing.Optional[typing.Dict[str, typing.Any]] = OMIT,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[CommonResourceUpdatedResponse]:
        """Give input to whichever execution waits under a token; self-hosted servers never offered it.

        Args:
            task_token: The token; `task_token` of a waiting execution tells it.
            input: What the waiting step gets.
            request_options: Changes to this one call; see `RequestOptions`.

        Raises:
            ValueError: The token is empty. Nothing was sent.
        """
        return Executions.resume_with_task_token(
            self, task_token=task_token, input=input
        ).returning(CommonResourceUpdatedResponse, request_options)

    @operation
    def execution_transitions_route_list(
        self,
        id: CommonUuid,
        limit: CommonLimit,
        offset: CommonOffset,
        sort_by: ExecutionTransitionsRouteListRequestSortBy,
        direction: ExecutionTransitionsRouteListRequestDirection,
        metadata_filter: str,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[ExecutionTransitionsRouteListResponse]:
        """Fetch one page of what an execution did, step by step.

        Args:
            id: Id of the execution.
            limit: The most items in the page, 1 to 999.
            offset: How many items to skip, from 0.
            sort_by: `created_at` or `updated_at`.
            direction: `asc` or `desc`.
            metadata_filter: Sent as it is; no server filters transitions by it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        paging = (limit, offset, sort_by, direction, metadata_filter)
        return page(
            path("/executions/{id}/transitions", id=id),
            ExecutionTransitionsRouteListResponse,
            paging,
            request_options,
        )

    @operation
    def job_route_get(
        self,
        id: CommonUuid,
        request_options: typing.Optional[RequestOptions] = None,
    ) -> Request[JobsJobStatus]:
        """Fetch the state of a background job.

        Args:
            id: Id of the job, as `jobs` of an answer tells it.
            request_options: Changes to this one call; see `RequestOptions`.
        """
        return Jobs.get(self, id).returning(JobsJobStatus, request_options)
