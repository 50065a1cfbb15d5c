import { deflateSync } from 'node:zlib';
import { zip } from '../shared/zip.js';
import { answer } from './answers.js';
import type { Answer } from './answers.js';
import { beijingDay, fromBeijing } from './beijingTime.js';
import type { Message } from './message.js';
import { entriesOf, summaryFile, transactionFile } from './settlementLines.js';
import type { Platform } from './platform.js';

const DAY_MS = 86_400_000;

/** 文件传输类交易: the merchant's day as a ZIP, deflated and in base64 inside the signed answer; 98 while there is none. */
export function settlementFile(platform: Platform, message: Message): Answer {
  const { merId = '', settleDate = '' } = message;
  if (message['txnType'] !== '76' || message['txnSubType'] !== '01' || message['fileType'] !== '00')
    return answer('10');
  const day = lastDay(settleDate, platform.now());
  if (day === undefined) return answer('10');
  if (platform.faults.take('statementCreating', { outTradeNo: '' }) !== undefined) return answer('98');
  const entries = entriesOf(platform.orders.all(), merId, day);
  if (entries.length === 0) return answer('98');
  const short = day.slice(2);
  const at = platform.now();
  const packed = zip([
    { name: `INN${short}88ZM_${merId}`, bytes: transactionFile(entries), at },
    { name: `RD2010${short}01_${merId}`, bytes: summaryFile(entries, { merId, day }), at },
  ]);
  return answer('00', {
    settleDate,
    fileType: '00',
    fileName: `INN${short}88_${merId}.zip`,
    fileContent: deflateSync(packed).toString('base64'),
  });
}

/** The last day with this month and day that is not in the future; the request names no year. */
function lastDay(settleDate: string, now: Date): string | undefined {
  if (!/^\d{4}$/.test(settleDate)) return undefined;
  const today = beijingDay(new Date(now.getTime() + DAY_MS));
  const year = Number(today.slice(0, 4));
  return [year, year - 1]
    .map((each) => `${each}${settleDate}`)
    .find((day) => day < today && fromBeijing(`${day}000000`) !== undefined);
}
