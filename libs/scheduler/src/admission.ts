import { limits, type ErrorCode } from '@penstock/protocol';
import { refuseRules, type TaskRules } from './delivery/rules.js';
import type { TaskName } from './queue/task-name.js';
import type { Names } from './queue/names.js';
import type { User } from './queue/user.js';
import type { Users } from './queue/users.js';
import type { SchedulerSettings } from './settings.js';

/** What a client asks for, as far as the scheduler needs to know. */
export interface Submission {
  readonly name: string;
  readonly userId: string;
  readonly priority: number;
  readonly payloadBytes: number;
  /** How it is to be delivered; none = every rule at its default, which costs nothing. */
  readonly rules?: TaskRules | undefined;
}

/** Why a submission is not taken. A plain object: refusing must stay cheap for whoever is flooded. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What is held at the moment. */
export interface Load {
  /** Delayed tasks included. */
  readonly queued: number;
  readonly payloadBytes: number;
}

// oxlint-disable-next-line no-control-regex -- control characters are what it is looking for
const controlCharacters = /[\u0000-\u001f\u007f]/;

/** Decides whether a submission is taken. */
export class Admission {
  constructor(
    private readonly settings: SchedulerSettings,
    private readonly names: Names,
    private readonly users: Users,
  ) {}

  /** The name and user under which a submission is queued, or why it is not. */
  admit(submission: Submission, load: Load): { name: TaskName; user: User } | Refusal {
    const { settings } = this;
    if (!Number.isFinite(submission.priority)) {
      return refusal('INVALID_PRIORITY', `a priority is a finite number, not ${submission.priority}`);
    }
    const refused = submission.rules && refuseRules(submission.rules);
    if (refused !== undefined) return refused;
    if (load.queued >= settings.queuedMax) {
      return refusal('QUEUE_FULL', `the queue holds its ${settings.queuedMax} tasks; try again later`);
    }
    if (load.payloadBytes + submission.payloadBytes > settings.payloadBytesMax) {
      return refusal('QUEUE_FULL', `the queue holds its ${settings.payloadBytesMax} bytes; try again later`);
    }
    const name = this.nameOf(submission.name);
    if ('code' in name) return name;
    const user = this.userOf(submission.userId);
    if ('code' in user) return user;
    if (settings.queuedPerUser > 0 && user.queued >= settings.queuedPerUser) {
      return refusal(
        'QUOTA_EXCEEDED',
        `user "${user.id}" has too many queued tasks (${settings.queuedPerUser}); try again when some have run`,
      );
    }
    return { name, user };
  }

  private nameOf(text: string): TaskName | Refusal {
    const known = this.names.get(text);
    if (known !== undefined) return known;
    if (text.length === 0 || !isShortText(text, limits.nameBytes)) {
      return refusal(
        'INVALID_NAME',
        `a task name has 1 to ${limits.nameBytes} bytes and no control characters`,
      );
    }
    const limit = this.settings.namesMax;
    return (
      this.names.claim(text) ?? refusal('TOO_MANY_NAMES', `there are ${limit} task names already in use`)
    );
  }

  private userOf(id: string): User | Refusal {
    const known = this.users.get(id);
    if (known !== undefined) return known;
    if (!isShortText(id, limits.userBytes)) {
      return refusal(
        'INVALID_USER',
        `a userId has at most ${limits.userBytes} bytes and no control characters`,
      );
    }
    const limit = this.settings.usersMax;
    return (
      this.users.claim(id) ?? refusal('TOO_MANY_USERS', `${limit} users have tasks here; try again later`)
    );
  }
}

function isShortText(text: string, bytes: number): boolean {
  return Buffer.byteLength(text) <= bytes && !controlCharacters.test(text);
}

function refusal(code: ErrorCode, message: string): Refusal {
  return { code, message };
}
