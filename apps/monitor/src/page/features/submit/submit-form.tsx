import { Autocomplete, Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ChangeEvent, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';
import { api } from '../../api/client.js';
import { useLive } from '../../live/live-context.js';
import { emptyForm, readForm, type FormErrors, type SubmissionForm } from './submission.js';

/** The form for a new task; the task that it hands in is shown. */
export function SubmitForm({ onDone }: { readonly onDone: () => void }) {
  const [form, setForm] = useState(emptyForm);
  const [errors, setErrors] = useState<FormErrors>({});
  const names = useKnownNames();
  const navigate = useNavigate();
  const submit = useMutation({
    mutationFn: api.submit,
    onSuccess: (taskId) => {
      onDone();
      void navigate(`/tasks/${taskId}`);
    },
  });
  const set = (field: keyof SubmissionForm) => (value: string) =>
    setForm((before) => ({ ...before, [field]: value }));
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const read = readForm(form);
    setErrors('errors' in read ? read.errors : {});
    if ('task' in read) submit.mutate(read.task);
  };
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <Autocomplete
          label="Name"
          data={names}
          value={form.name}
          onChange={set('name')}
          openOnFocus={false}
          error={errors.name}
          // The first time the form comes after the dialog has looked for what to focus.
          autoFocus
          data-autofocus
        />
        <Textarea
          label="Payload"
          description="JSON; empty = null"
          autosize
          minRows={3}
          maxRows={14}
          classNames={{ input: 'mono' }}
          value={form.payload}
          onChange={({ currentTarget: { value } }) => set('payload')(value)}
          error={errors.payload}
        />
        <Group grow align="start">
          <TextInput
            label="User"
            placeholder="anonymous"
            value={form.userId}
            onChange={({ currentTarget: { value } }) => set('userId')(value)}
          />
          <TextInput
            label="Priority"
            placeholder="0"
            inputMode="decimal"
            value={form.priority}
            onChange={({ currentTarget: { value } }) => set('priority')(value)}
            error={errors.priority}
          />
        </Group>
        <Advanced form={form} errors={errors} set={set} />
        {submit.error === null ? null : (
          <Text c="red" size="sm" role="alert">
            {submit.error.message}
          </Text>
        )}
        <Button type="submit" loading={submit.isPending}>
          Submit
        </Button>
      </Stack>
    </form>
  );
}

/** What most tasks do without: the rules by which they are delivered. */
function Advanced({
  form,
  errors,
  set,
}: {
  readonly form: SubmissionForm;
  readonly errors: FormErrors;
  readonly set: (field: keyof SubmissionForm) => (value: string) => void;
}) {
  const field = (name: 'maxAttempts' | 'timeout' | 'delay' | 'key') => ({
    value: form[name],
    error: errors[name],
    onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement>) => set(name)(value),
  });
  // What is wrong in here must be seen.
  const isWrong = (['maxAttempts', 'timeout', 'delay', 'key'] as const).some(
    (name) => errors[name] !== undefined,
  );
  return (
    <details className="advanced" {...(isWrong ? { open: true } : {})}>
      <summary>Advanced</summary>
      <Stack gap="sm" mt="sm">
        <Group grow align="start">
          <TextInput label="Attempts" placeholder="1" inputMode="numeric" {...field('maxAttempts')} />
          <TextInput label="Timeout" placeholder="none" {...field('timeout')} />
          <TextInput label="Delay" placeholder="none" {...field('delay')} />
        </Group>
        <Group grow align="start">
          <NativeSelect
            label="Durability"
            data={[
              { value: '', label: 'default' },
              { value: 'disk', label: 'on disk' },
              { value: 'memory', label: 'in memory' },
            ]}
            value={form.durability}
            onChange={({ currentTarget: { value } }) => set('durability')(value)}
          />
          <TextInput label="Key" placeholder="none" {...field('key')} />
        </Group>
        <Text size="xs" className="quiet">
          The timeout is for each attempt, durations are such as 500ms, 10s or 2h. Tasks of the same user,
          name and key are one task.
        </Text>
      </Stack>
    </details>
  );
}

/** Names of tasks that workers know. */
function useKnownNames(): string[] {
  const { hubs = [] } = useLive();
  return [...new Set(hubs.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks)))].toSorted();
}
