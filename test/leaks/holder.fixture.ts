// A process that holds `pieces` of hex, each in a Buffer of its own. It reports on standard output when it is ready.
const held = process.argv.slice(2).map(hex => Buffer.from(hex, 'hex'));
process.stdout.write('ready\n');
process.stdin.resume().once('end', () => process.exit(held.length > 0 ? 0 : 1));
