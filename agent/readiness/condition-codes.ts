// The readiness conditions: each with its stable code, and what a person does where it is missing.

/** All codes, for docs/codes.md: the part of the terminal (`part` on the panel), what an operator does, and the same for the store's staff. */
export const conditionCodes = {
  'panel/offline': ['panel', 'Start the screen of the terminal.', '画面を起動してください。'],
  'hub/offline': [
    'hub',
    "Check the network and this machine's clock; it comes back by itself.",
    '通信の回復をお待ちください。',
  ],
  'hub/slow': [
    'hub',
    'The line to the hub is too slow for a certificate: look for what else uses it, or for a SIM whose volume is used up. It is tried again ten minutes after the last measurement.',
    '通信速度が不足しています。回線の状態を確認してください。',
  ],
  'hub/silent': [
    'hub',
    "Call the hub's operator: the broker is reached, but the hub does not answer; it comes back by itself.",
    'センターが応答しません。回復をお待ちください。',
  ],
  'hub/version': [
    'hub',
    'Call the operator: the hub speaks no version of the contract that this terminal speaks (link/version). Update the terminal, or have the hub speak its version as well.',
    '使用を中止し、管理者に連絡してください。ソフトウェアの版がセンターと合いません。',
  ],
  'hub/cardAuthentication': [
    'hub',
    "Call the hub's operator: the card authentication service does not answer the hub; it comes back by itself.",
    'センターの本人確認サービスが停止しています。回復をお待ちください。',
  ],
  'hub/cardStandard': [
    'hub',
    "Call the hub's operator: the card standard system does not answer the hub; it comes back by itself.",
    'センターのカード標準システムが停止しています。回復をお待ちください。',
  ],
  'hub/issuing': [
    'hub',
    "Call the hub's operator: the issuing service does not answer the hub; it comes back by itself.",
    '証明書発行サーバが停止しています。回復をお待ちください。',
  ],
  'certificate/expired': [
    'certificate',
    "Call the operator: a certificate of the link has run out. Put a new one into the agent's folder, or enrol the terminal again.",
    '管理者に連絡してください。端末の電子証明書の有効期限が切れています。',
  ],
  'journal/reserve': [
    'journal',
    'Wait until the hub is reached and takes the records: the room that the journal may use is used up',
    '記録の送信が終わるまでお待ちください。',
  ],
  'journal/stopped': [
    'journal',
    'Take nobody: the journal was altered, cannot be read, or the hub knows another one. Call the operator, who decides',
    '使用を中止し、管理者に連絡してください。',
  ],
  'journal/taken': [
    'journal',
    'End the other agent of this terminal, or wait until `madoguchi` is done: another program has the journal. This agent serves by itself afterwards',
    '管理者に連絡してください。別のプログラムが記録を使用しています。',
  ],
  'journal/key': [
    'journal',
    'Give the key store the data key of the journal back, then start the terminal again',
    '使用を中止し、管理者に連絡してください。記録の鍵が合いません。',
  ],
  'journal/version': [
    'journal',
    'Start the version of the agent that wrote the journal, or a newer one: this one cannot read a record of it',
    '使用を中止し、管理者に連絡してください。ソフトウェアの版が記録と合いません。',
  ],
  'journal/disk': [
    'journal',
    'Check the disk of the terminal: it reports errors. The terminal serves again by itself once the disk takes records',
    '管理者に連絡してください。端末のディスクに異常があります。',
  ],
  'journal/diskReadOnly': [
    'journal',
    'Check the file system of the terminal and mount it again to write: it is read-only, as after an error of the disk',
    '管理者に連絡してください。端末のディスクに書き込めません。',
  ],
  'journal/diskDenied': [
    'journal',
    'Give folder and files of the journal back to the agent’s user: it may not write them',
    '管理者に連絡してください。記録への書き込みが許可されていません。',
  ],
  'journal/diskFull': [
    'journal',
    'Remove files from the disk of the terminal: it has no space left',
    '管理者に連絡してください。端末のディスクに空きがありません。',
  ],
  'journal/diskInodes': [
    'journal',
    'Remove files from the disk of the terminal: its file system has room for no further file (inodes), however small',
    '管理者に連絡してください。端末のディスクのファイル数が上限です。',
  ],
  'journal/diskBlocks': [
    'journal',
    'Move the agent’s folder to a file system with blocks of 4 KiB (mkfs.ext4 -b 4096): on this one a power cut can take records',
    '管理者に連絡してください。端末のディスクの形式が適していません。',
  ],
  'journal/diskContent': [
    'journal',
    'Move away what stands in the place of the journal’s folder or of one of its files, and does not belong there',
    '管理者に連絡してください。記録の場所に別のものがあります。',
  ],
  'journal/openFiles': [
    'journal',
    'Look for the program that uses up the open files of the machine, or raise their limit',
    '管理者に連絡してください。開けるファイル数の上限に達しています。',
  ],
  'journal/unconfirmed': [
    'journal',
    'Wait until the hub has compared its ledger with this journal; it does after each start.',
    '記録の照合が終わるまでお待ちください。',
  ],
  'journal/hubBehind': [
    'journal',
    "Call the hub's operator: its ledger lacks records that it acknowledged. It takes them again once its generation is raised.",
    '管理者に連絡してください。センターの記録が不足しています。',
  ],
  'money/open': [
    'money',
    'Wait: an interrupted transaction is being brought to its end.',
    '中断した取引を処理しています。お待ちください。',
  ],
  'gate/offline': [
    'gate',
    'Wait a minute; then restart the terminal.',
    '1分待っても直らなければ端末を再起動してください。',
  ],
  'native/offline': [
    'gate',
    'Wait a minute; then restart the terminal.',
    '1分待っても直らなければ端末を再起動してください。',
  ],
  'card/readerOffline': [
    'card',
    'Check the cable of the card reader.',
    'カードリーダーのケーブルを確認してください。',
  ],
  'pinpad/offline': [
    'pinpad',
    'Check the cable of the PIN pad.',
    '暗証番号入力機のケーブルを確認してください。',
  ],
  'pinpad/tampered': [
    'pinpad',
    'Do not use this PIN pad: it, or somebody on its line, answered as no sound pad does. Call the operator; it takes a pad with a new key (`madoguchi pinpad-key`).',
    '暗証番号入力機を使わず、管理者に連絡してください。',
  ],
  'pinpad/counterFile': [
    'pinpad',
    'Call the operator: the record of used PIN keys cannot be read or written. Check disk and rights of the gate folder.',
    '管理者に連絡してください。暗証番号入力機の記録が読み書きできません。',
  ],
  'receipt/offline': [
    'receipt',
    'Check power and cable of the receipt printer.',
    'レシートプリンターの電源とケーブルを確認してください。',
  ],
  'receipt/cover': [
    'receipt',
    'Close the cover of the receipt printer.',
    'レシートプリンターのカバーを閉じてください。',
  ],
  'receipt/paper': ['receipt', 'Put a new roll into the receipt printer.', 'レシート用紙を入れてください。'],
  'receipt/error': [
    'receipt',
    'Switch the receipt printer off and on again.',
    'レシートプリンターの電源を入れ直してください。',
  ],
  'page/offline': [
    'page',
    'Check power and cable of the page printer.',
    'プリンターの電源とケーブルを確認してください。',
  ],
  'page/paper': ['page', 'Load A4 paper into the page printer.', 'プリンターにA4用紙を入れてください。'],
  'page/jam': [
    'page',
    'Clear the paper jam in the page printer.',
    'プリンターに詰まった用紙を取り除いてください。',
  ],
  'page/door': [
    'page',
    'Close the doors and covers of the page printer.',
    'プリンターのカバーを閉じてください。',
  ],
  'page/toner': ['page', 'Put new toner into the page printer.', 'プリンターのトナーを交換してください。'],
  'page/output': [
    'page',
    'Empty the output tray of the page printer.',
    'プリンターの排紙トレイの紙を取り除いてください。',
  ],
  'page/busy': [
    'page',
    'Wait until the page printer has ended its job; if it does not, switch it off and on again.',
    'プリンターの処理が終わるまでお待ちください。終わらなければ電源を入れ直してください。',
  ],
  'page/notReady': [
    'page',
    'Look at the display of the page printer.',
    'プリンターの表示を確認してください。',
  ],
} as const satisfies Record<string, readonly [part: string, hint: string, text: string]>;

export type ConditionCode = keyof typeof conditionCodes;
/** A missing condition: part of the terminal, stable code, and what a person does about it. */
export interface Condition {
  part: (typeof conditionCodes)[ConditionCode][0];
  code: ConditionCode;
  /** For an operator. */
  hint: string;
  /** For the store's staff, in plain Japanese. */
  text: string;
}

export const conditionOf = (code: ConditionCode): Condition => {
  const [part, hint, text] = conditionCodes[code];
  return { part, code, hint, text };
};
