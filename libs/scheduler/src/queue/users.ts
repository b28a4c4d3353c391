import { User } from './user.js';

/** Users by id. An idle user is remembered (fairness looks at when it was served last) until room is needed. */
export class Users {
  private readonly users = new Map<string, User>();
  /** Those that have nothing queued or running, in the order in which they became so. */
  private readonly idle = new Set<User>();
  private arrivals = 0;

  /** @param max users at most */
  constructor(private readonly max: number) {}

  /** Users that have something queued or running. */
  get busyCount(): number {
    return this.users.size - this.idle.size;
  }

  get(id: string): User | undefined {
    return this.users.get(id);
  }

  /** The user, made if need be; `undefined` when there are too many that have something here. */
  claim(id: string): User | undefined {
    const known = this.users.get(id);
    if (known !== undefined) return known;
    if (this.users.size >= this.max && !this.makeRoom()) return undefined;
    return this.make(id);
  }

  /** The user, made if need be, whatever the bound: for what was let in before a restart. */
  hold(id: string): User {
    return this.users.get(id) ?? this.make(id);
  }

  /** Changes a user's counts. */
  count(user: User, queued: number, running: number): void {
    const wasIdle = user.isIdle;
    user.queued += queued;
    user.running += running;
    if (wasIdle === user.isIdle) return;
    if (wasIdle) this.idle.delete(user);
    else this.idle.add(user);
  }

  [Symbol.iterator](): IterableIterator<User> {
    return this.users.values();
  }

  private make(id: string): User {
    const user = new User(id, this.arrivals++);
    this.users.set(id, user);
    this.idle.add(user);
    return user;
  }

  private makeRoom(): boolean {
    for (const user of this.idle) {
      this.idle.delete(user);
      this.users.delete(user.id);
      return true;
    }
    return false;
  }
}
