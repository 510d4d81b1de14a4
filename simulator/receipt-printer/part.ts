// `npm run simulator -- receipt-printer`: the virtual receipt printer alone.
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { PartDefinition } from '../part.ts';
import { startReceiptPrinter } from './start.ts';

export class ReceiptPrinterOptionError extends Error {
  override readonly name = 'ReceiptPrinterOptionError';
}

export const part: PartDefinition = {
  name: 'receipt-printer',
  summary: 'an ESC/POS receipt printer on a PTY; each receipt becomes a PNG',
  options: {
    columns: { type: 'string', default: '48', help: 'half-width characters per line, 24 to 96' },
    tcp: {
      type: 'string',
      help: 'also listen on loopback: PORT or ADDRESS:PORT, e.g. 127.0.0.9:9100 for receiptio -d 127.0.0.9',
    },
  },
  async start(values, { dir, say }) {
    const columns = Number(values.columns ?? 48);
    if (!Number.isInteger(columns) || columns < 24 || columns > 96)
      throw new ReceiptPrinterOptionError('--columns takes a whole number from 24 to 96');
    const tcp = typeof values.tcp === 'string' ? readAddress(values.tcp) : undefined;
    let count = 0;
    const pictures: Promise<void>[] = [];
    const printer = await startReceiptPrinter({
      dir,
      say,
      columns,
      ...(tcp ? { tcp } : {}),
      onReceipt: receipt => {
        const file = join(dir, `receipt-${++count}.png`);
        const drawn = receipt.png(file);
        pictures.push(
          drawn.then(
            () => say(`picture: ${file}`),
            error => say(`no picture: ${error.message}`),
          ),
        );
      },
    });
    return {
      listens: { serial: printer.path, ...(tcp ? { tcp: `${tcp.host}:${tcp.port}` } : {}) },
      async close() {
        await printer.close();
        await Promise.all(pictures);
      },
    };
  },
};

function readAddress(text: string): { host: string; port: number } {
  const [, host = '127.0.0.1', digits] = /^(?:(.*):)?(\d+)$/.exec(text) ?? [];
  const port = Number(digits);
  if (!(isIP(host) === 4 && host.startsWith('127.') && port > 0 && port < 65_536))
    throw new ReceiptPrinterOptionError('--tcp takes a port, or a loopback address and a port');
  return { host, port };
}
