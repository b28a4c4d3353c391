import type { Submission } from '../../api/client.js';

/** What the form holds: text, as it was typed. */
export interface SubmissionForm {
  readonly name: string;
  readonly payload: string;
  readonly userId: string;
  readonly priority: string;
}

export const emptyForm: SubmissionForm = {
  name: 'HELLO',
  payload: '{ "firstName": "John", "lastName": "Doe" }',
  userId: '',
  priority: '',
};

/** What is wrong with the form, by field. */
export type FormErrors = Partial<Record<keyof SubmissionForm, string>>;

/** The task that the form describes, or what is wrong with it. */
export function readForm(
  form: SubmissionForm,
): { readonly task: Submission } | { readonly errors: FormErrors } {
  const errors: FormErrors = {};
  const name = form.name.trim();
  if (name === '') errors.name = 'A task has a name';
  const payload = readPayload(form.payload);
  if ('error' in payload) errors.payload = payload.error;
  const priority = form.priority.trim() === '' ? undefined : Number(form.priority);
  if (priority !== undefined && !Number.isFinite(priority)) errors.priority = 'A priority is a number';
  if (Object.keys(errors).length > 0) return { errors };
  const userId = form.userId.trim();
  return {
    task: {
      name,
      payload: 'value' in payload ? payload.value : null,
      ...(userId === '' ? {} : { userId }),
      ...(priority === undefined ? {} : { priority }),
    },
  };
}

function readPayload(text: string): { readonly value: unknown } | { readonly error: string } {
  if (text.trim() === '') return { value: null };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: `Not JSON: ${(error as Error).message}` };
  }
}
