// `npm run simulator -- page-printer`: the virtual page printer alone.
import type { PartDefinition } from '../part.ts';
import { startPagePrinter } from './start.ts';

export const part: PartDefinition = {
  name: 'page-printer',
  summary: 'a virtual IPP page printer (A4, PDF) on a Unix socket, and on loopback with --port',
  options: {
    port: {
      type: 'string',
      help: 'also listen on this loopback TCP port, for tools like ipptool; 0 takes a free one',
    },
    'ms-per-page': { type: 'string', default: '5', help: 'time to print one side, in ms' },
  },
  async start(values, { dir, say }) {
    const printer = await startPagePrinter({
      dir,
      say,
      port: whole(values.port, '--port', 65_535),
      msPerPage: whole(values['ms-per-page'], '--ms-per-page', 600_000),
    });
    const listens: Record<string, string> = { socket: printer.socket };
    if (printer.url) listens.url = printer.url;
    return { listens, close: () => printer.close() };
  },
};

function whole(value: string | boolean | undefined, option: string, max: number): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\d{1,6}$/.test(value) || Number(value) > max)
    throw new RangeError(`${option} takes a whole number from 0 to ${max}`);
  return Number(value);
}
