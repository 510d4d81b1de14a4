// `npm run simulator -- visit --home HOME`: one visit at the terminal that `simulator -- terminal --home` runs.
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CommandDefinition } from '../command.ts';
import { visitSocket } from './standing-terminal.ts';
import { wishOf, wishOptions } from './wish-options.ts';

export const command: CommandDefinition = {
  name: 'visit',
  summary: 'one visit at the terminal that `terminal --home` runs; prints what came of it, as JSON',
  options: { home: { type: 'string', help: 'the home of that terminal' }, ...wishOptions },
  async run(values, say) {
    if (typeof values.home !== 'string') throw new TypeError('visit needs --home');
    const wish = wishOf(values);
    const socket = connect(visitSocket(values.home));
    await once(socket, 'connect');
    socket.write(`${JSON.stringify(wish)}\n`);
    say((await text(socket)).trim());
  },
};
