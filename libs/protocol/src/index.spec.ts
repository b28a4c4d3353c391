import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as surface from './index.js';

const values = [
  'ANONYMOUS',
  'AcceptedReader',
  'AcceptedWriter',
  'Admission',
  'BatchReader',
  'BatchWriter',
  'CRITICAL_OPTION',
  'CollectedReader',
  'CollectedWriter',
  'ContentType',
  'DispatchReader',
  'DispatchWriter',
  'Durability',
  'EMPTY',
  'FLAG_DETACHED',
  'FrameSplitter',
  'HEAD_BYTES',
  'Kind',
  'LEASE_BYTES',
  'LeaseReader',
  'LeaseWriter',
  'MAGIC',
  'NO_SESSION',
  'NO_STRING',
  'OutcomeReader',
  'OutcomeStatus',
  'OutcomeWriter',
  'PROTOCOL_VERSION',
  'Pattern',
  'PenstockError',
  'ResultReader',
  'ResultWriter',
  'SettledReader',
  'SettledWriter',
  'StartedReader',
  'StartedWriter',
  'SubmitReader',
  'SubmitWriter',
  'TASK_ID_BYTES',
  'TaskIdMinter',
  'Verdict',
  'cancelReplySchema',
  'clientCancelSchema',
  'clientHelloSchema',
  'clientStatusSchema',
  'clientWatchSchema',
  'clientWelcomeSchema',
  'decodeEnvelope',
  'encodeEnvelope',
  'errorCodes',
  'frameChunks',
  'groupSchema',
  'hasMagic',
  'hubCancelSchema',
  'hubCreditSchema',
  'hubGoodbyeSchema',
  'hubGroupsSchema',
  'hubHeartbeatSchema',
  'hubHelloSchema',
  'hubLostSchema',
  'hubProgressSchema',
  'hubReturnedSchema',
  'hubWelcomeSchema',
  'isCall',
  'isErrorCode',
  'isTaskIdOf',
  'kindNames',
  'leaseSchema',
  'limits',
  'outcomeStatusNames',
  'parseMessage',
  'parseTaskId',
  'readHead',
  'readTaskId',
  'sessionNoticeSchema',
  'sessionSchema',
  'taskProgressSchema',
  'taskStateSchema',
  'taskStatusSchema',
  'userHash',
  'viewOf',
  'welcomeSchema',
  'writeHead',
  'writeTaskId',
];

const types = [
  'BatchMessage',
  'Bytes',
  'CancelReply',
  'ClientHello',
  'ClientWelcome',
  'DispatchRecord',
  'Envelope',
  'EnvelopeCall',
  'EnvelopeReply',
  'ErrorCode',
  'FailureReport',
  'Head',
  'Hello',
  'HubCredit',
  'HubGroup',
  'HubHeartbeat',
  'HubHello',
  'HubLease',
  'HubLost',
  'HubProgress',
  'HubReturned',
  'HubWelcome',
  'LeaseNumbers',
  'OutcomeRecord',
  'PayloadOf',
  'PenstockErrorOptions',
  'RecordShape',
  'ResultOf',
  'ResultRecord',
  'SessionId',
  'SessionNotice',
  'SubmitRecord',
  'TaskContract',
  'TaskId',
  'TaskProgress',
  'TaskState',
  'TaskStatus',
  'Welcome',
  'WireError',
];

describe('the public surface', () => {
  const source = readFileSync(new URL('index.ts', import.meta.url), 'utf8');
  const lists = [...source.matchAll(/^export (type )?\{([^}]*)\} from/gm)];

  it('has these values and no others', () => {
    expect(Object.keys(surface).toSorted()).toEqual(values);
  });

  it('has these types and no others', () => {
    const found = lists.flatMap(([, allTypes, names = '']) =>
      names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && (allTypes !== undefined || name.startsWith('type ')))
        .map((name) => name.replace(/^type /, '')),
    );
    expect(found.toSorted()).toEqual(types);
  });

  it('is nothing but lists of names', () => {
    expect(source.match(/^export/gm)).toHaveLength(lists.length);
  });
});
