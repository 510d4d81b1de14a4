// IPP over HTTP (RFC 8010, 4). Behaviours are asked first for an answer to a POST; then the printer itself answers.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BAD_REQUEST } from './ipp-status.ts';
import { bare } from './ipp-values.ts';
import { formatResponse, parseRequest, WireError, type WireRequest } from './ipp-wire.ts';
import { operate } from './operations.ts';
import type { Answer, VirtualPrinter } from './printer.ts';

/** Taken by name: an import evaluates every export of the module, its fetch client too, and costs each process about 80 ms. */
const { createServer } = process.getBuiltinModule('node:http');
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
const PATH = /^\/ipp\/print(\/\d+)?$/;

export function httpServer(printer: VirtualPrinter): Server {
  return createServer((incoming, outgoing) => {
    serve(printer, incoming, outgoing).catch((error: Error) => {
      printer.options.say(`page printer: request failed: ${error.message}`);
      outgoing.destroy();
    });
  });
}

async function serve(printer: VirtualPrinter, incoming: IncomingMessage, outgoing: ServerResponse) {
  if (incoming.method !== 'POST') return void outgoing.writeHead(405, { allow: 'POST' }).end();
  if (!PATH.test(incoming.url ?? '')) return void outgoing.writeHead(404).end();
  if (incoming.headers['content-type'] !== 'application/ipp') return void outgoing.writeHead(415).end();
  const body = await read(incoming);
  if (!body) return void outgoing.writeHead(413, { connection: 'close' }).end();
  const { request, answer } = await answerTo(body, printer);
  if (answer === 'hangUp') return void outgoing.destroy();
  if (answer === 'silence') return;
  const bytes = 'bytes' in answer ? answer.bytes : formatResponse(request, answer);
  outgoing.writeHead(200, { 'content-type': 'application/ipp', 'content-length': bytes.length }).end(bytes);
}

async function answerTo(
  body: Buffer,
  printer: VirtualPrinter,
): Promise<{ request?: WireRequest; answer: Answer }> {
  let request: WireRequest;
  try {
    request = parseRequest(body);
  } catch (error) {
    if (error instanceof WireError) return { answer: bare(BAD_REQUEST) };
    throw error;
  }
  for (const behaviour of printer.behaviours) {
    const answer = await behaviour.onRequest?.(request, printer);
    if (answer) return { request, answer };
  }
  return { request, answer: await operate(request, printer) };
}

/** The body; undefined if it is longer than MAX_REQUEST_BYTES, which is more than any certificate needs. */
async function read(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length > MAX_REQUEST_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
