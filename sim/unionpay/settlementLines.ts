import iconv from 'iconv-lite';
import { beijingDay, toBeijing } from './beijingTime.js';
import type { GivingBack, Order, Payment, Trace } from './orders.js';

/** Widths of the 42 fields of a ZM line, in bytes of GBK; a space stands between two of them. */
const widths = [
  3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13,
  8, 32, 13, 13, 12, 2, 1, 32, 98,
] as const;

const feePerMille = 6;

/** One movement of money in a merchant's day. */
export type Entry =
  | { readonly kind: 'payment'; readonly order: Order; readonly payment: Payment }
  | { readonly kind: 'refund' | 'undo'; readonly order: Order; readonly payment: Payment; readonly back: GivingBack };

/** `day` is `yyyyMMdd` in Beijing. Oldest first. */
export function entriesOf(orders: readonly Order[], merId: string, day: string): Entry[] {
  const isOfDay = ({ at }: Trace): boolean => beijingDay(at) === day;
  return orders
    .filter((order) => order.merId === merId)
    .flatMap((order): Entry[] => {
      const { payment } = order;
      if (payment === undefined) return [];
      const backs = order.givenBack.filter(({ status, trace }) => status === 'done' && isOfDay(trace));
      return [
        ...(isOfDay(payment) ? [{ kind: 'payment', order, payment } as const] : []),
        ...backs.map((back): Entry => ({ kind: back.kind, order, payment, back })),
      ];
    })
    .sort((one, other) => traceOf(one).at.getTime() - traceOf(other).at.getTime());
}

export function transactionFile(entries: readonly Entry[]): Buffer {
  return Buffer.concat(entries.map((entry) => Buffer.concat([line(entry), Buffer.from('\r\n')])));
}

/** The printed summary: how many and how much of each kind, to hold the lines against. */
export function summaryFile(entries: readonly Entry[], { merId, day }: { merId: string; day: string }): Buffer {
  const rows = (['payment', 'refund', 'undo'] as const).flatMap((kind) => {
    const ofKind = entries.filter((entry) => entry.kind === kind);
    if (ofKind.length === 0) return [];
    const amountFen = ofKind.reduce((sum, entry) => sum + amountOf(entry), 0);
    const feeFen = ofKind.reduce((sum, entry) => sum + feeOf(entry), 0);
    const names = { payment: 'S22 消费', refund: 'S30 退货', undo: 'S31 消费撤销' };
    return [[names[kind], '借记卡', String(ofKind.length), yuan(amountFen), yuan(feeFen), yuan(amountFen - feeFen)]];
  });
  const head = ['交易类型', '卡类型', '笔数', '交易金额', '手续费', '清算净额'];
  const text = [`商户代码：${merId}    清算日期：${day}`, ...[head, ...rows].map((row) => row.join('    ')), ''];
  return iconv.encode(text.join('\r\n'), 'gbk');
}

const codes = { payment: 'S22', refund: 'S30', undo: 'S31' } as const;
const types = { payment: ['01', '01'], refund: ['04', '00'], undo: ['31', '00'] } as const;

function line(entry: Entry): Buffer {
  const { kind, order, payment } = entry;
  const trace = traceOf(entry);
  const isBack = entry.kind !== 'payment';
  // A payment's fee is ours to pay and its net ours to receive; what goes back is the other way round.
  const [feeSign, netSign] = isBack ? (['C', 'D'] as const) : (['D', 'C'] as const);
  const amountFen = amountOf(entry);
  const feeFen = feeOf(entry);
  const [txnType, txnSubType] = types[kind];
  const fields: Readonly<Record<number, string>> = {
    1: codes[kind],
    2: '00010000000',
    3: '00010000000',
    4: trace.traceNo,
    5: toBeijing(trace.at).slice(4),
    6: '622202******1234',
    7: String(amountFen).padStart(12, '0'),
    8: '6300',
    9: order.termId === undefined ? '07' : '01',
    10: trace.queryId,
    12: isBack ? entry.back.orderId : order.orderId,
    13: '01',
    ...(isBack && { 14: payment.traceNo, 15: toBeijing(payment.at).slice(4), 27: payment.queryId }),
    16: signed(feeSign, feeFen),
    17: signed(netSign, amountFen - feeFen),
    18: '0001',
    20: txnType,
    21: txnSubType,
    22: order.bizType,
    23: '01',
    28: order.merId,
    32: signed('N', 0),
    33: signed(netSign, amountFen - feeFen),
    ...(order.termId !== undefined && { 34: order.termId }),
    35: isBack ? entry.back.reqReserved : (order.reqReserved ?? ''),
    36: signed('N', 0),
    37: signed('N', 0),
    38: '0'.repeat(12),
    ...(isBack && { 41: order.orderId }),
  };
  return Buffer.concat(
    widths.flatMap((width, index) => [
      ...(index === 0 ? [] : [Buffer.from(' ')]),
      padded(fields[index + 1] ?? '', width),
    ]),
  );
}

/** Padded by bytes in GBK, not by characters. */
function padded(text: string, width: number): Buffer {
  const bytes = iconv.encode(text, 'gbk').subarray(0, width);
  return Buffer.concat([bytes, Buffer.alloc(width - bytes.length, ' ')]);
}

const signed = (letter: 'C' | 'D' | 'N', amountFen: number): string =>
  `${amountFen === 0 ? 'N' : letter}${String(amountFen).padStart(12, '0')}`;

const traceOf = (entry: Entry): Trace => (entry.kind === 'payment' ? entry.payment : entry.back.trace);
const amountOf = (entry: Entry): number => (entry.kind === 'payment' ? entry.payment.paidFen : entry.back.amountFen);
const feeOf = (entry: Entry): number => Math.round((amountOf(entry) * feePerMille) / 1000);
const yuan = (fen: number): string => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
