import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { rightsOf, type Caller } from '@penstock/access';
import { addressOf, Gate, givenSession, isCalledBy, takenSession, WhoCalls } from '@penstock/http';
import type { ParameterValues } from '@penstock/parameters';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PARAMETERS } from '../config/tokens.js';
import { openApi, SchemaPipe } from './schema.pipe.js';
import {
  codeSchema,
  invitationSchema,
  loginCodeSchema,
  whoSchema,
  type CodeBody,
  type InvitationBody,
  type LoginCode,
  type Who,
} from './session-schemas.js';

/** How a browser is let in: by a code that somebody who is known has made for it. */
@ApiTags('access')
@Controller('api')
export class SessionController {
  constructor(
    @Inject(Gate) private readonly gate: Gate,
    @Inject(PARAMETERS) private readonly parameters: ParameterValues,
  ) {}

  @Post('login-codes')
  @ApiOperation({ summary: 'Make a code that lets a browser in, once, within 15 minutes' })
  @ApiBody({ schema: openApi(invitationSchema) })
  @ApiResponse({ status: 201, schema: openApi(loginCodeSchema) })
  invite(
    @Body(new SchemaPipe(invitationSchema, 'the body')) { role }: InvitationBody,
    @WhoCalls() caller: Caller,
  ): LoginCode {
    return this.gate.access.invite(caller, role);
  }

  @Post('session')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Sign a browser in by a code: it gets a cookie' })
  @ApiBody({ schema: openApi(codeSchema) })
  @ApiResponse({ status: 200, schema: openApi(whoSchema) })
  @ApiResponse({ status: 401, description: 'The code was used already, or has run out' })
  @ApiResponse({ status: 429, description: 'Too many wrong codes from this address' })
  enter(
    @Body(new SchemaPipe(codeSchema, 'the body')) { code }: CodeBody,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Who {
    const { access } = this.gate;
    const { cookie, caller } = access.enter(code, addressOf(request), this.parameters.LB_SESSION_TTL);
    isCalledBy(request, caller);
    reply.header('set-cookie', givenSession(access, cookie, caller, request));
    return whoIs(caller);
  }

  @Get('session')
  @ApiOperation({ summary: 'Who calls, and what that may do' })
  @ApiResponse({ status: 200, schema: openApi(whoSchema) })
  who(@WhoCalls() caller: Caller): Who {
    return whoIs(caller);
  }

  @Delete('session')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Sign this browser out: its session ends' })
  @ApiResponse({ status: 204 })
  leave(
    @WhoCalls() caller: Caller,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.gate.access.leave(caller);
    reply.header('set-cookie', takenSession(this.gate.access, request));
  }
}

function whoIs({ name, role, by, expiresAt }: Caller): Who {
  return { name, role, by, rights: [...rightsOf(role)], ...(expiresAt === undefined ? {} : { expiresAt }) };
}
