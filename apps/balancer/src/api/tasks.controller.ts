import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  Param,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  cancelReplySchema,
  ContentType,
  PenstockError,
  taskStateSchema,
  type CancelReply,
} from '@penstock/protocol';
import type { Caller } from '@penstock/access';
import { WhoCalls } from '@penstock/http';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { OneOrManyPipe, openApi, SchemaPipe } from './schema.pipe.js';
import {
  acceptedSchema,
  listSchema,
  rerunManySchema,
  rerunReplySchema,
  rerunSchema,
  submissionListSchema,
  submissionSchema,
  submissionsSchema,
  taskPageSchema,
  taskSchema,
  waitSchema,
  type ListQuery,
  type RerunBody,
  type RerunManyBody,
  type RerunReply,
  type TaskPage,
  type TaskView,
} from './task-schemas.js';
import { TasksService, type SubmissionReply } from './tasks.service.js';

type Wait = z.infer<typeof waitSchema>;

const WAIT = {
  name: 'wait',
  required: false,
  schema: { type: 'string', example: '5s' },
  description: 'Wait this long for the end, e.g. 5s or 500ms; at most 60s.',
};

/** Tasks over HTTP. */
@ApiTags('tasks')
@Controller('api/tasks')
export class TasksController {
  constructor(@Inject(TasksService) private readonly tasks: TasksService) {}

  @Post()
  @ApiOperation({ summary: 'Hand in one task, or a list of tasks' })
  @ApiBody({ schema: openApi(submissionsSchema) })
  @ApiQuery({ ...WAIT, description: `${WAIT.description} For one task only.` })
  @ApiResponse({
    status: 202,
    description: '`{ taskId }`; for a list `{ tasks: [{ taskId } or { error }] }`, in order',
    schema: openApi(acceptedSchema),
  })
  @ApiResponse({
    status: 200,
    description: 'The ended task, where `wait` was given and was long enough',
    schema: openApi(taskSchema),
  })
  @ApiResponse({ status: 429, description: 'Over a quota or a bound; `error.code` says which' })
  async submit(
    @Body(new OneOrManyPipe(submissionSchema, submissionListSchema, 'the body'))
    body: z.infer<typeof submissionsSchema>,
    @Query(new SchemaPipe(waitSchema, 'the query')) { wait }: Wait,
    @WhoCalls() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionReply | TaskView | { tasks: SubmissionReply[] }> {
    reply.status(HttpStatus.ACCEPTED);
    if (Array.isArray(body)) return { tasks: await this.tasks.submit(body, caller) };
    const [submitted] = (await this.tasks.submit([body], caller)) as [SubmissionReply];
    if ('error' in submitted) throw PenstockError.fromWire(submitted.error);
    if (wait === undefined) return submitted;
    const task = await this.tasks.get(submitted.taskId, caller, wait);
    if (task.finishedAt !== undefined) reply.status(HttpStatus.OK);
    return task;
  }

  @Get()
  @ApiOperation({ summary: 'Tasks that are known, newest first' })
  @ApiQuery({
    name: 'state',
    required: false,
    enum: taskStateSchema.options,
  })
  @ApiQuery({ name: 'name', required: false })
  @ApiQuery({ name: 'userId', required: false })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
  })
  @ApiQuery({ name: 'before', required: false, description: 'The `next` of an earlier page' })
  @ApiResponse({ status: 200, schema: openApi(taskPageSchema) })
  async list(
    @Query(new SchemaPipe(listSchema, 'the query')) query: ListQuery,
    @WhoCalls() caller: Caller,
  ): Promise<TaskPage> {
    return this.tasks.list(query, caller);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One task, with its result once it has ended' })
  @ApiParam({ name: 'id' })
  @ApiQuery(WAIT)
  @ApiResponse({ status: 200, schema: openApi(taskSchema) })
  @ApiResponse({ status: 404, description: 'Not known: never submitted, or forgotten since' })
  async get(
    @Param('id') id: string,
    @Query(new SchemaPipe(waitSchema, 'the query')) { wait }: Wait,
    @WhoCalls() caller: Caller,
  ): Promise<TaskView> {
    return this.tasks.get(id, caller, wait);
  }

  @Get(':id/result')
  @ApiOperation({ summary: "A task's result as the handler returned it: JSON, or bytes" })
  @ApiParam({ name: 'id' })
  @ApiResponse({ status: 200, description: 'The result' })
  @ApiResponse({ status: 404, description: 'The task is not known, or has no result' })
  async result(
    @Param('id') id: string,
    @WhoCalls() caller: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { contentType, bytes } = this.tasks.result(id, caller);
    const type =
      contentType === ContentType.json ? 'application/json; charset=utf-8' : 'application/octet-stream';
    // A result is whatever a client and a handler made of it: no browser may take it for a page of ours.
    await reply
      .header('content-type', type)
      .header('x-content-type-options', 'nosniff')
      .send(Buffer.from(bytes));
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Cancel a task: at once when it is queued, through its worker when it runs' })
  @ApiParam({ name: 'id' })
  @ApiResponse({
    status: 200,
    description: 'It was queued, and is cancelled; or it had ended, and its result is dropped',
    schema: openApi(cancelReplySchema),
  })
  @ApiResponse({ status: 202, description: 'It runs; its worker was told' })
  @ApiResponse({ status: 404, description: 'Not known' })
  async cancel(
    @Param('id') id: string,
    @WhoCalls() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CancelReply> {
    const cancelled = await this.tasks.cancel(id, caller);
    reply.status(cancelled.from === 'running' ? HttpStatus.ACCEPTED : HttpStatus.OK);
    return cancelled;
  }

  @Post('rerun')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Run all tasks again that ended without a result and match, oldest first' })
  @ApiBody({ schema: openApi(rerunManySchema) })
  @ApiResponse({ status: 200, schema: openApi(rerunReplySchema) })
  async rerunMany(
    @Body(new SchemaPipe(rerunManySchema, 'the body')) body: RerunManyBody,
  ): Promise<RerunReply> {
    return this.tasks.rerunMany(body);
  }

  @Post(':id/rerun')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Run a task again that ended without a result, with changes if wanted' })
  @ApiParam({ name: 'id' })
  @ApiBody({ schema: openApi(rerunSchema) })
  @ApiResponse({ status: 200, description: 'It is queued again, under its id', schema: openApi(taskSchema) })
  @ApiResponse({ status: 404, description: 'Not known' })
  @ApiResponse({ status: 409, description: 'It has a result, or has not ended' })
  async rerun(
    @Param('id') id: string,
    @Body(new SchemaPipe(rerunSchema, 'the body')) body: RerunBody,
    @WhoCalls() caller: Caller,
  ): Promise<TaskView> {
    return this.tasks.rerun(id, body, caller);
  }
}
