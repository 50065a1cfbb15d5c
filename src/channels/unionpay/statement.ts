import { inflate } from 'node:zlib';
import { promisify } from 'node:util';
import { ownCodes } from '../channel.js';
import type { StatementFetch } from '../channel.js';
import { statementBytesMax, statementTimeoutMs } from '../statementLimits.js';
import type { Reply } from './gateway.js';
import { fileAnswer } from './wire.js';
import type { Fields } from './wire.js';

/**
 * The settlement file of a day (5.1.0, 文件传输类交易): a ZIP, deflated and in base64 inside a signed answer. 98 is "no such
 * file": not made yet, or nothing happened that day, which the gateway does not tell apart.
 */
export async function fetchStatement(wanted: {
  day: string;
  merId: string;
  txnTime: string;
  call: (request: { fields: Fields; bytesMax: number; timeoutMs: number }) => Promise<Reply>;
}): Promise<StatementFetch> {
  const { day, merId, txnTime, call } = wanted;
  const settleDate = day.slice(5).replace('-', '');
  const kind = { txnType: '76', txnSubType: '01', bizType: '000000', fileType: '00' };
  const reply = await call({
    fields: { ...kind, txnTime, settleDate },
    bytesMax: statementBytesMax,
    timeoutMs: statementTimeoutMs,
  });
  if (reply.kind === 'answered') return { kind: reply.code === '98' ? 'notReady' : 'unknown', code: reply.code };
  if (reply.kind === 'unknown') return { kind: 'unknown', code: reply.code };
  const file = fileAnswer.safeParse(reply.fields);
  if (!file.success) return { kind: 'unknown', code: ownCodes.malformed };
  const { fileName, fileContent } = file.data;
  if (file.data.merId !== merId) return { kind: 'unknown', code: ownCodes.otherOrder };
  if (!/^[\w.-]{1,128}$/.test(fileName) || fileName.startsWith('.')) return { kind: 'unknown', code: 'BILL_NAME' };
  try {
    const bytes = await promisify(inflate)(Buffer.from(fileContent, 'base64'), { maxOutputLength: statementBytesMax });
    return { kind: 'ready', file: { name: fileName, bytes } };
  } catch {
    return { kind: 'unknown', code: 'BILL_UNREADABLE' };
  }
}
