import { PenstockError, TaskClient, type ClientPorts, type TaskHandle } from '@penstock/client';
import { CLIENTS } from '../balancer/sim-balancer.js';
import { SimDealer } from '../network/sim-dealer.js';
import type { SimNetwork } from '../network/sim-network.js';
import type { ClientEnd, Entry, Ledger, Order } from '../oracle/ledger.js';
import type { Chance } from '../world/chance.js';
import { Machine } from '../world/machine.js';
import { promise } from '../world/violation.js';
import type { World } from '../world/world.js';

/** One life of a client's process. */
interface ClientLife {
  readonly machine: Machine;
  readonly client: TaskClient;
  readonly handles: Map<Entry, TaskHandle>;
}

/** A process that hands tasks in through the real client library. */
export class SimClient {
  private readonly chance: Chance;
  private current: ClientLife | undefined;
  private lives = 0;

  constructor(
    private readonly world: World,
    private readonly network: SimNetwork,
    private readonly ledger: Ledger,
    readonly name: string,
    /** It remembers what it has handed in, and asks again for that when it was dead. */
    private readonly isCareful: boolean,
    /** Something that its library tells as a warning, and that no fault explains. */
    private readonly onWarning: (warning: PenstockError) => void,
  ) {
    this.chance = world.chance.split(`client ${name}`);
  }

  get machine(): Machine | undefined {
    return this.current?.machine;
  }

  /** Tasks of the present life that have not ended. */
  get openTasks(): number {
    return this.current?.handles.size ?? 0;
  }

  start(): void {
    if (this.current !== undefined) return;
    const machine = new Machine(this.world, `${this.name}#${++this.lives}`);
    const { clock, timers } = machine;
    this.world.note(`${machine.name} starts`);
    const ports: ClientPorts = {
      clock,
      timers,
      random: this.chance.split(`life ${this.lives}`).random,
      incarnation: () => machine.name,
      openDealer: (options) => new SimDealer(this.network, machine, options),
    };
    const client = new TaskClient({ endpoint: CLIENTS, onWarning: this.onWarning }, ports);
    this.current = { machine, client, handles: new Map() };
    if (!this.isCareful) return;
    for (const entry of this.ledger.open) {
      if (entry.client === this.name) this.submitAgain(this.current, entry);
    }
  }

  /** Kill -9, or the loss of its machine. */
  crash(machineDiedToo: boolean): void {
    if (this.current === undefined) return;
    const { machine, handles } = this.current;
    this.current = undefined;
    machine.kill();
    this.world.note(`${machine.name} ${machineDiedToo ? 'loses its power' : 'is killed'}`);
    if (!this.isCareful) for (const entry of handles.keys()) this.ledger.abandon(entry);
    this.network.died(this.name, machineDiedToo);
  }

  /** Hands tasks in, all in the same turn of its event loop. */
  submit(orders: readonly Order[]): void {
    const life = this.current;
    if (life === undefined) return;
    life.machine.run(() => {
      for (const order of orders) {
        const handle = life.client.submit(order.name, order.behaviour, {
          userId: order.userId,
          priority: order.priority,
          retryRefusals: true,
          ...order.rules,
        });
        this.follow(life, this.ledger.add(handle.id, order), handle);
      }
    });
  }

  /** Cancels one of its tasks that have not ended. */
  cancelOne(): void {
    const life = this.current;
    if (life === undefined) return;
    const open = [...life.handles.keys()].filter(({ end }) => end === undefined);
    const entry = this.chance.pick(open);
    if (entry !== undefined) this.cancel(entry);
  }

  cancel(entry: Entry): void {
    const life = this.current;
    const handle = life?.handles.get(entry);
    if (life === undefined || handle === undefined || entry.end !== undefined) return;
    entry.cancelAsked = true;
    this.world.note(`${life.machine.name} cancels ${entry.taskId}`);
    life.machine.run(() => void handle.cancel().catch(() => undefined));
  }

  private submitAgain(life: ClientLife, entry: Entry): void {
    const { name, behaviour, userId, priority, taskId, rules } = entry;
    const options = { ...rules, userId, priority, taskId, retryRefusals: true };
    this.follow(life, entry, life.client.submit(name, behaviour, options));
  }

  private follow(life: ClientLife, entry: Entry, handle: TaskHandle): void {
    life.handles.set(entry, handle);
    let isAnswered = false;
    const onAnswer = (): void => void (isAnswered = true);
    handle.accepted.then(onAnswer, onAnswer);
    const onEnd = (end: ClientEnd): void => {
      promise(
        isAnswered,
        'answered',
        () => `${entry.taskId} has ended, and nobody was told that it was accepted`,
      );
      this.onEnd(life, entry, end);
    };
    handle
      .result()
      .then(
        (value) => onEnd({ ok: true, value }),
        (error: unknown) => {
          const { code, message } =
            error instanceof PenstockError ? error : new PenstockError('INTERNAL', String(error));
          onEnd({ ok: false, code, message });
        },
      )
      .catch((error: unknown) => this.world.fail(error));
  }

  private onEnd(life: ClientLife, entry: Entry, end: ClientEnd): void {
    this.ledger.onEnd(entry, end);
    life.handles.delete(entry);
    this.world.note(`${life.machine.name} has ${entry.taskId}: ${end.ok ? 'done' : end.code}`);
  }
}
