// A process that holds what it was handed: `pieces` of hex, each in a Buffer of its own, said to be ready on standard output.
const held = process.argv.slice(2).map(hex => Buffer.from(hex, 'hex'));
process.stdout.write('ready\n');
process.stdin.resume().once('end', () => process.exit(held.length > 0 ? 0 : 1));
