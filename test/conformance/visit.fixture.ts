// One visit, as `simulator -- visit` makes it.
import { connect } from 'node:net';
import { join } from 'node:path';

const wish = { pin: '1234', kind: 'juminhyo', copies: 1 };
const socket = connect(join(process.env.MADOGUCHI_HOME ?? '', 'visits.sock'));
socket.write(`${JSON.stringify(wish)}\n`);
socket.pipe(process.stdout);
