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

/**
 * Checks a body that is one thing or a list of them. A union would say no more than that neither fits; this says what
 * is wrong with what was meant.
 */
export class OneOrManyPipe<One extends z.ZodType, Many extends z.ZodType> implements PipeTransform<
  unknown,
  z.infer<One> | z.infer<Many>
> {
  constructor(
    private readonly one: One,
    private readonly many: Many,
    private readonly what: string,
  ) {}

  transform(value: unknown): z.infer<One> | z.infer<Many> {
    return parseMessage(Array.isArray(value) ? this.many : this.one, value, this.what);
  }
}

/** A schema as OpenAPI shows it. */
export function openApi(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' });
}
