import { Text, Timeline } from '@mantine/core';
import { duration, storyOf } from '@penstock/figures';
import type { TaskDetail } from '../../api/client.js';
import { clock } from '../../ui/clock.js';

/** What happened to a task, from its acceptance on. */
export function TaskStory({ history }: { readonly history: NonNullable<TaskDetail['history']> }) {
  const story = storyOf(history);
  return (
    <section aria-label="History">
      <Text size="sm" fw={600} mb="xs">
        History
      </Text>
      <Timeline className="story" bulletSize={12} lineWidth={2} active={story.length}>
        {story.map(({ at, afterMs, attempt, text, error, isBad }, index) => (
          <Timeline.Item
            // Of two things at the same moment the order stays.
            key={`${at} ${index}`}
            color={isBad ? 'red' : 'cyan'}
            title={
              <Text size="sm" component="span" style={{ overflowWrap: 'anywhere' }}>
                {text}
              </Text>
            }
          >
            <Text size="xs" className="quiet">
              {[
                clock(at),
                ...(index === 0 ? [] : [`${duration(afterMs)} later`]),
                ...(attempt === undefined ? [] : [`attempt ${attempt}`]),
              ].join(' · ')}
            </Text>
            {error === undefined ? null : (
              <Text size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
                {error}
              </Text>
            )}
          </Timeline.Item>
        ))}
      </Timeline>
    </section>
  );
}
