import type { Submission } from '../../api/client.js';
import { readDuration } from './duration-text.js';

/** What the form holds: text, as it was typed. */
export interface SubmissionForm {
  readonly name: string;
  readonly payload: string;
  readonly userId: string;
  readonly priority: string;
  readonly maxAttempts: string;
  /** Durations, such as 10s. */
  readonly timeout: string;
  readonly delay: string;
  /** Empty: what the balancer gives. */
  readonly durability: '' | 'disk' | 'memory';
  readonly key: string;
}

export const emptyForm: SubmissionForm = {
  name: 'HELLO',
  payload: '{ "firstName": "John", "lastName": "Doe" }',
  userId: '',
  priority: '',
  maxAttempts: '',
  timeout: '',
  delay: '',
  durability: '',
  key: '',
};

/** What is wrong with the form, by field. */
export type FormErrors = Partial<Record<keyof SubmissionForm, string>>;

/** The balancer takes no more. */
const ATTEMPTS_MAX = 65_535;

/** The task that the form describes, or what is wrong with it. */
export function readForm(
  form: SubmissionForm,
): { readonly task: Submission } | { readonly errors: FormErrors } {
  const errors: FormErrors = {};
  const name = form.name.trim();
  if (name === '') errors.name = 'A task has a name';
  const payload = readPayload(form.payload);
  if ('error' in payload) errors.payload = payload.error;
  const priority = typed(form.priority, Number);
  if (priority !== undefined && !Number.isFinite(priority)) errors.priority = 'A priority is a number';
  const maxAttempts = typed(form.maxAttempts, Number);
  if (maxAttempts !== undefined && !isAttempts(maxAttempts))
    errors.maxAttempts = `A whole number from 1 to ${ATTEMPTS_MAX}`;
  const timeoutMs = typed(form.timeout, readDuration);
  const delayMs = typed(form.delay, readDuration);
  for (const field of ['timeout', 'delay'] as const)
    if (form[field].trim() !== '' && readDuration(form[field]) === undefined)
      errors[field] = 'A duration such as 500ms, 10s or 2h';
  if (Object.keys(errors).length > 0) return { errors };
  return {
    task: {
      name,
      payload: 'value' in payload ? payload.value : null,
      ...given('userId', form.userId.trim()),
      ...given('priority', priority),
      ...given('maxAttempts', maxAttempts),
      ...given('timeoutMs', timeoutMs),
      ...given('delayMs', delayMs),
      ...given('durability', form.durability),
      ...given('idempotencyKey', form.key.trim()),
    },
  };
}

/** What a text stands for; `undefined` = nothing was typed. */
function typed<Value>(text: string, read: (text: string) => Value): Value | undefined {
  return text.trim() === '' ? undefined : read(text);
}

/** A field of the task, where it was given. */
function given<Field extends keyof Submission>(
  field: Field,
  value: Submission[Field] | '' | undefined,
): Partial<Pick<Submission, Field>> {
  return value === undefined || value === '' ? {} : ({ [field]: value } as Partial<Pick<Submission, Field>>);
}

function isAttempts(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= ATTEMPTS_MAX;
}

function readPayload(text: string): { readonly value: unknown } | { readonly error: string } {
  if (text.trim() === '') return { value: null };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: `Not JSON: ${(error as Error).message}` };
  }
}
