import type { ErrorCode, HubGroup } from '@penstock/protocol';
import type { SchedulerSettings, Submission } from '../../src/index.js';
import { badRules } from './rules.js';
import type { ModelGroup, ModelName, ModelTask, ModelUser } from './model-state.js';

/** What the model's admission needs to see. */
export interface Holdings {
  readonly waiting: readonly ModelTask[];
  readonly running: readonly ModelTask[];
  readonly groups: readonly ModelGroup[];
}

/** Who and what is let in: the part of the model that knows names and users, and the bounds on them. */
export class ModelAdmission {
  /** In the order in which they were first heard of. */
  names: ModelName[] = [];
  users: ModelUser[] = [];
  private arrivals = 0;
  private idleSequence = 0;

  constructor(
    private readonly settings: SchedulerSettings,
    private readonly holdings: Holdings,
  ) {}

  admit(submission: Submission): { name: ModelName; user: ModelUser } | ErrorCode {
    const { settings } = this;
    const { priority, payloadBytes, name: text, userId, rules } = submission;
    const { waiting } = this.holdings;
    const live = [...waiting, ...this.holdings.running];
    const bytes = live.reduce((sum, task) => sum + task.payloadBytes, payloadBytes);
    if (Number.isNaN(priority) || Math.abs(priority) === Infinity) return 'INVALID_PRIORITY';
    if (rules !== undefined && badRules.includes(rules)) return 'INVALID_RULES';
    if (waiting.length >= settings.queuedMax || bytes > settings.payloadBytesMax) return 'QUEUE_FULL';
    if (!/^[ -~]{1,128}$/.test(text)) return 'INVALID_NAME';
    const name = this.claimName(text, []);
    if (name === undefined) return 'TOO_MANY_NAMES';
    if (!/^[ -~]{0,128}$/.test(userId)) return 'INVALID_USER';
    const user = this.claimUser(userId);
    if (user === undefined) return 'TOO_MANY_USERS';
    const queuedOfUser = waiting.filter((task) => task.user === user).length;
    if (settings.queuedPerUser !== 0 && queuedOfUser >= settings.queuedPerUser) return 'QUOTA_EXCEEDED';
    return { name, user };
  }

  /** The name and user of a task that was let in before a restart, whatever the bounds. */
  hold(text: string, userId: string): { name: ModelName; user: ModelUser } {
    const name = this.names.find((known) => known.text === text) ?? { text };
    const user = this.users.find((known) => known.id === userId) ?? this.newUser(userId);
    if (!this.names.includes(name)) this.names.push(name);
    if (!this.users.includes(user)) this.users.push(user);
    return { name, user };
  }

  /** The names of each announced group, or why the groups are not taken. */
  claimGroups(announced: readonly HubGroup[]): (readonly ModelName[])[] | ErrorCode {
    const classes = new Map<string, readonly ModelName[]>();
    for (const { minPriority, maxPriority, names } of this.holdings.groups) {
      const texts = names.map(({ text }) => text);
      classes.set(classOf(minPriority, maxPriority, texts), names);
    }
    const claimed: ModelName[] = [];
    const namesOfGroups: (readonly ModelName[])[] = [];
    for (const { minPriority, maxPriority, tasks } of announced) {
      const key = classOf(minPriority, maxPriority, tasks);
      let names = classes.get(key);
      if (names === undefined) {
        if (classes.size === this.settings.classesMax) return 'TOO_MANY_BANDS';
        for (const text of tasks) {
          const name = this.claimName(text, claimed);
          if (name === undefined) return 'TOO_MANY_NAMES';
          claimed.push(name);
        }
        names = claimed.filter(({ text }) => tasks.includes(text));
        classes.set(key, names);
      }
      namesOfGroups.push(names);
    }
    return namesOfGroups;
  }

  /** Notes who has become idle; to be called whenever tasks have ended, before the next one ends. */
  noteIdleUsers(): void {
    for (const user of this.users) {
      if (this.isBusy(user)) user.idleSince = undefined;
      else user.idleSince ??= ++this.idleSequence;
    }
  }

  /** @param claimed names that are about to be used */
  private claimName(text: string, claimed: readonly ModelName[]): ModelName | undefined {
    const known = this.names.find((name) => name.text === text);
    if (known !== undefined) return known;
    if (this.names.length >= this.settings.namesMax) {
      const unused = this.names.find((name) => !this.isUsed(name) && !claimed.includes(name));
      if (unused === undefined) return undefined;
      this.names = this.names.filter((name) => name !== unused);
    }
    const name = { text };
    this.names.push(name);
    return name;
  }

  private isUsed(name: ModelName): boolean {
    const { waiting, running, groups } = this.holdings;
    return (
      [...waiting, ...running].some((task) => task.name === name) ||
      groups.some(({ names }) => names.includes(name))
    );
  }

  private claimUser(id: string): ModelUser | undefined {
    const known = this.users.find((user) => user.id === id);
    if (known !== undefined) return known;
    if (this.users.length >= this.settings.usersMax) {
      const idle = this.users.filter((user) => !this.isBusy(user));
      const longest = Math.min(...idle.map(({ idleSince }) => idleSince ?? Infinity));
      if (idle.length === 0) return undefined;
      this.users = this.users.filter(({ idleSince }) => idleSince !== longest);
    }
    const user = this.newUser(id);
    this.users.push(user);
    return user;
  }

  private newUser(id: string): ModelUser {
    return { id, arrival: this.arrivals++, lastServed: 0, idleSince: undefined };
  }

  private isBusy(user: ModelUser): boolean {
    const { waiting, running } = this.holdings;
    return [...waiting, ...running].some((task) => task.user === user);
  }
}

function classOf(min: number | null, max: number | null, texts: readonly string[]): string {
  return [String(min), String(max), ...[...new Set(texts)].sort()].join('|');
}
