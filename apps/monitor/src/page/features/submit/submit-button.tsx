import { Box, Button, Modal } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useMay } from '../../session/session-context.js';

const SubmitForm = lazy(async () => ({ default: (await import('./submit-form.js')).SubmitForm }));

/** Opens the form for a new task, for those who may hand one in. */
export function SubmitButton() {
  return useMay('submit') ? <FormOpener /> : null;
}

function FormOpener() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const isNarrow = useMediaQuery('(max-width: 36em)');
  return (
    <>
      <Button onClick={open} aria-label="Submit a task" px={{ base: 'sm', xs: 'md' }}>
        Submit
        {/* A phone has no room for more. */}
        <Box component="span" visibleFrom="xs">
          &nbsp;a task
        </Box>
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Submit a task"
        fullScreen={isNarrow}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Suspense>
          <SubmitForm onDone={close} />
        </Suspense>
      </Modal>
    </>
  );
}
