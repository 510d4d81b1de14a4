// An example of a screen and a till for the terminal, in a text console: the least that speaks docs/panel.md. To read, and to begin with.
//
//   node docs/example-screen.mjs PANEL_SOCKET [TILL_FILE]
//
// Each with Enter: a number chooses a certificate, y and n answer, +100 puts in a coin, x is 取消.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const [socketPath, tillFile = 'till.json'] = process.argv.slice(2);
/** The till: payments by transaction. In a file, because a till must know them after its own restart. */
const payments = existsSync(tillFile) ? JSON.parse(readFileSync(tillFile, 'utf8')) : {};
let socket;
let open; // the open question: {ask, question}

const show = line => console.log(line);
const send = message => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));

function connect() {
  socket = new WebSocket(`ws+unix://${socketPath}:/`);
  socket.on('open', () => send({ type: 'hello', version: 2, panel: 'example screen' }));
  socket.on('message', data => take(JSON.parse(String(data))));
  socket.on('error', () => {}); // followed by close
  socket.on('close', code => {
    show(`(no terminal: ${code})`);
    if (code !== 4000 && code !== 4001) setTimeout(connect, 1000); // another version, or another panel in this one's place
  });
}

function take(message) {
  if (message.type === 'prompt') showPrompt(message);
  if (message.type === 'ping') send({ type: 'pong', ping: message.ping });
  if (message.type === 'payment') operateTill(message);
  if (message.type === 'error') console.error(`The terminal refused a message: ${message.message}`);
  if (message.type === 'askEnd' && open?.ask === message.ask) open = undefined;
  if (message.type !== 'ask') return;
  open = message;
  const { kind, kinds = [], lines = [], feeYen } = message.question;
  for (const [n, offered] of kinds.entries()) show(`  ${n + 1}  ${offered.title}  ${offered.feeYen}円`);
  for (const [label, value] of lines) show(`  ${label}: ${value}`);
  if (kind !== 'choose') show(`  y / n${feeYen === undefined ? '' : `  ${feeYen}円`}`);
}

function showPrompt({ id, text, lamp, staff, claim, number, conditions = [] }) {
  show(`[${id}] ${text} (${lamp})`);
  if (claim) show(`  ${number}  ${claim}`);
  if (staff) show(`  店員の方へ: ${staff}`);
  for (const { code, text: advice } of conditions) show(`  店員の方へ: ${advice} (${code})`);
}

/** Answers a request. Each operation may come again: then it changes nothing. */
function operateTill({ request, operation, transaction, amountYen }) {
  if (operation === 'begin') payments[transaction] ??= { state: 'pending', paidYen: 0, amountYen };
  const payment = payments[transaction];
  if (operation === 'capture' && payment?.state === 'paid') payment.state = 'captured';
  if (operation === 'void' && payment) Object.assign(payment, { state: 'voided', paidYen: 0 }); // the coins go back
  report(transaction, request);
}

function putIn(yen) {
  const [transaction, payment] = Object.entries(payments).find(([, { state }]) => state === 'pending') ?? [];
  if (!payment) return show('  (the till takes no money now)');
  payment.paidYen = Math.min(payment.paidYen + yen, payment.amountYen); // more than the fee goes back as change
  if (payment.paidYen === payment.amountYen) payment.state = 'paid';
  report(transaction);
}

/** What is said is on the disk before: money that came in is not forgotten in a power cut. */
function report(transaction, request) {
  writeFileSync(`${tillFile}.new`, JSON.stringify(payments), { flush: true });
  renameSync(`${tillFile}.new`, tillFile);
  const { state, paidYen } = payments[transaction] ?? { state: 'none', paidYen: 0 };
  send({ type: 'payment', ...(request !== undefined && { request }), transaction, state, paidYen });
}

createInterface({ input: process.stdin }).on('line', line => {
  const offered = open?.question.kinds?.[Number(line) - 1];
  if (line === 'x') send({ type: 'cancel' });
  else if (/^\+\d+$/.test(line)) putIn(Number(line));
  else if (offered) {
    const options = offered.options.map(({ name, values }) => [name, values[0].value]); // as proposed
    const value = { kind: offered.kind, options: Object.fromEntries(options), copies: 1 };
    send({ type: 'answer', ask: open.ask, value });
  } else if (open && /^[yn]$/.test(line))
    send({ type: 'answer', ask: open.ask, value: { yes: line === 'y' } });
});
connect();
