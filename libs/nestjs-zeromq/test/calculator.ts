import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload, RpcException } from '@nestjs/microservices';
import { Kind, PenstockError } from '@penstock/protocol';
import { Observable, of } from 'rxjs';
import { BatchPattern } from '../src/batch-pattern.js';
import { ZmqContext } from '../src/zmq.context.js';
import { Inbox } from './inbox.js';

/** What the handlers have seen, for a spec to wait on. */
export class Journal {
  readonly events = new Inbox<unknown>();
  readonly batches = new Inbox<{ data: Uint8Array[]; context: ZmqContext }>();
  readonly contexts = new Inbox<ZmqContext>();
  readonly opened = new Inbox<string>();
  readonly ended = new Inbox<string>();
  /** Called by the handler of batches. */
  onBatch: (frames: Uint8Array[]) => unknown = () => undefined;
}

/** Handlers that answer in each way in which a handler can. */
@Controller()
export class CalculatorController {
  constructor(private readonly journal: Journal) {}

  @MessagePattern('sum')
  sum(@Payload() numbers: number[], @Ctx() context: ZmqContext): number {
    this.journal.contexts.put(context);
    return numbers.reduce((sum, number) => sum + number, 0);
  }

  @MessagePattern({ cmd: 'later' })
  async later(@Payload() value: unknown): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve));
    return value;
  }

  @MessagePattern('count')
  count(@Payload() to: number): Observable<number> {
    return of(...Array.from({ length: to }, (_, index) => index + 1));
  }

  @MessagePattern('count-and-fail')
  countAndFail(): Observable<number> {
    return new Observable((observer) => {
      observer.next(1);
      observer.error(new PenstockError('QUEUE_FULL', 'no more numbers'));
    });
  }

  @MessagePattern('nothing')
  nothing(): void {}

  @MessagePattern('forever')
  forever(@Payload() name: string): Observable<string> {
    return new Observable((observer) => {
      this.journal.opened.put(name);
      observer.next('first');
      return () => this.journal.ended.put(name);
    });
  }

  @MessagePattern('never')
  never(@Payload() name: string): Promise<never> {
    this.journal.opened.put(name);
    return new Promise(() => {});
  }

  @MessagePattern('bigint')
  bigint(): unknown {
    return { value: 1n };
  }

  @MessagePattern('error')
  error(): never {
    throw new Error('a secret of the server');
  }

  @MessagePattern('rpc-exception')
  rpcException(): never {
    throw new RpcException({ code: 'OUT_OF_INK', colour: 'cyan' });
  }

  @MessagePattern('rpc-text')
  rpcText(): never {
    throw new RpcException('out of paper');
  }

  @MessagePattern('penstock-error')
  penstockError(): never {
    throw new PenstockError('QUOTA_EXCEEDED', 'one too many', { details: { limit: 5 } });
  }

  // Without <string> Nest's types take the context, a second parameter, for a mistake.
  @EventPattern<string>('noted')
  noted(@Payload() data: unknown, @Ctx() context: ZmqContext): void {
    this.journal.contexts.put(context);
    this.journal.events.put(data);
  }

  @EventPattern('noted')
  alsoNoted(@Payload() data: unknown): void {
    this.journal.events.put({ also: data });
  }

  @EventPattern('fails')
  fails(@Payload() data: unknown): void {
    this.journal.events.put(data);
    throw new PenstockError('INVALID_MESSAGE', 'not like this');
  }

  @BatchPattern(Kind.collected)
  async collected(@Payload() frames: Uint8Array[], @Ctx() context: ZmqContext): Promise<void> {
    await this.journal.onBatch(frames);
    this.journal.batches.put({ data: frames, context });
  }
}
