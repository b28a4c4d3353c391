import type { PipeTransform } from '@nestjs/common';
import { parseMessage } from '@penstock/protocol';
import { z } from 'zod';

/** Checks a body or query against a schema; what is wrong is told as `INVALID_MESSAGE`, field by field. */
export class SchemaPipe<Schema extends z.ZodType> implements PipeTransform<unknown, z.infer<Schema>> {
  constructor(
    private readonly schema: Schema,
    private readonly what: string,
  ) {}

  transform(value: unknown): z.infer<Schema> {
    return parseMessage(this.schema, value, this.what);
  }
}

/** A schema as OpenAPI shows it. */
export function openApi(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' });
}
