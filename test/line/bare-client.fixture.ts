// Writes to a TLS 1.3 server as much as the line takes, until it is ended. Arguments: port, seconds.
import { connect } from 'node:tls';

const [port, seconds] = process.argv.slice(2).map(Number);
const socket = connect({
  ...{ host: 'localhost', port: port!, minVersion: 'TLSv1.3', rejectUnauthorized: false },
  ...{ autoSelectFamilyAttemptTimeout: 5000 },
});
const block = Buffer.alloc(16 << 10, 7);
const write = () => {
  while (socket.write(block));
};
socket.on('secureConnect', write).on('drain', write);
socket.on('error', () => process.exit());
setTimeout(() => process.exit(), 1000 * seconds!);
