import { Badge, Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { useLive } from '../../live/live-context.js';
import { verdictView } from './verdict-view.js';

/** The health check's verdict in a word. */
export function HealthBadge() {
  const { verdict, healthStatus } = useLive();
  const { text, color, meaning } = verdictView(verdict, healthStatus);
  return (
    <Tooltip label={meaning} multiline maw={360}>
      <Badge
        component={Link}
        to="/health"
        color={color}
        variant={color === 'teal' || color === 'gray' ? 'light' : 'filled'}
        radius="sm"
        tt="none"
        style={{ cursor: 'pointer' }}
        aria-label={`Health: ${text}. ${meaning}`}
      >
        {text}
      </Badge>
    </Tooltip>
  );
}
