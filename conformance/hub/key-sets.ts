// Checks of the key set that a hub publishes on its topic.

import { isProtocolError } from '../../agent/protocol/error.ts';
import { readKeySet, readNextKeySet } from '../../agent/protocol/key-set.ts';
import { readTopic } from '../../agent/protocol/topics.ts';
import { Failure } from '../check.ts';
import { expectThat } from './answers.ts';
import type { HubCheck } from './rig.ts';
import { strangeVersion } from './terminal-client.ts';

export const keySetChecks: readonly HubCheck[] = [
  {
    name: 'the key set that is published is the granted one or a later one, and signed as the root document wants',
    shows: ['MDG-H-029'],
    async run(rig) {
      const terminal = await rig.terminal();
      const { document } = await rig.root();
      const { keySet } = terminal.topics;
      const came = await terminal.next(({ topic, message }) => (topic === keySet ? message : undefined), {
        since: 0,
      });
      if (!came) return rig.lacks('a key set on its topic; none came with the birth of a terminal');
      try {
        readNextKeySet(came, document, readKeySet(terminal.enrolled.grant.keySet, document));
      } catch (error) {
        if (!isProtocolError(error)) throw error;
        const words = `one that a terminal does not take: ${error.message} (${error.code})`;
        throw new Failure({
          sent: 'the birth of a terminal',
          expected: 'its key set, or a later one',
          came: words,
        });
      }
    },
  },
  {
    name: 'the key set comes in the highest version that the hub has in common with the presence',
    shows: ['MDG-H-093'],
    async run(rig) {
      const terminal = await rig.terminal();
      const { keySet } = terminal.topics;
      await rig.quiet(terminal); // what came of its birth is there
      const since = terminal.received.length;
      await terminal.appear([1, strangeVersion]);
      const came = await terminal.next(
        ({ topic }) => (readTopic(topic)?.leaf === 'keySet' ? topic : undefined),
        { since },
      );
      expectThat(came === keySet, {
        sent: `a presence with the versions 1 and ${strangeVersion}`,
        ...{ expected: `a key set on ${keySet}`, came: came === undefined ? 'none' : `one on ${came}` },
      });
    },
  },
];
