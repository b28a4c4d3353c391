import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { rolesWith } from '@penstock/access';
import { needOf } from '@penstock/http';
import { version } from '../config/version.js';
import { policy } from './policy.js';

/** Ways to say who one is. On loopback, programs need none of them. */
const ways = [{ token: [] }, { session: [] }];

/**
 * Serves the OpenAPI document and its page at `/api/docs`.
 *
 * @param cookieName of the session
 */
export function serveOpenApi(app: NestFastifyApplication, cookieName: string): void {
  const config = new DocumentBuilder()
    .setTitle('Penstock balancer')
    .setDescription('Hand in tasks, follow them, and see what the balancer and its hubs do.')
    .setVersion(version)
    .addBearerAuth({ type: 'http', description: 'As "penstock tokens new" makes it.' }, 'token')
    .addCookieAuth(cookieName, { type: 'apiKey', description: 'Of a browser that has signed in.' }, 'session')
    .build();
  SwaggerModule.setup('api/docs', app, () => withRoles(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'api/docs/openapi.json',
    yamlDocumentUrl: 'api/docs/openapi.yaml',
  });
}

/** Says of each address who may call it, as the policy has it. */
function withRoles(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of ['get', 'post', 'delete'] as const) {
      const operation = operations[method];
      if (operation === undefined) continue;
      const need = needOf(policy, method.toUpperCase(), path.replaceAll(/\{(\w+)\}/g, ':$1'));
      operation.security = need === 'anyone' ? [] : ways;
      operation.description = need === 'anyone' ? 'Open to anyone.' : `Roles: ${rolesWith(need).join(', ')}.`;
    }
  }
  return document;
}
