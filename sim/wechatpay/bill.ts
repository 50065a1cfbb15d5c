import { createHash, randomUUID } from 'node:crypto';
import { failure, ok } from './answers.js';
import type { Answer } from './answers.js';
import type { Merchant } from './merchant.js';
import type { Order, Payment, Refund } from './orders.js';
import type { Platform } from './platform.js';
import { toBeijingTime } from './views.js';

const MINUTES_VALID_MS = 5 * 60_000;

/** Columns of the bill of all trades (WeChat Pay API v3: 申请交易账单, bill_type=ALL). */
const columns =
  '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,' +
  '微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注';
const totals = '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额';
const feePerMille = 6;

/** Bills made so far, each under the token its address has. */
export class Bills {
  readonly #files = new Map<string, { merchant: Merchant; text: string; madeAt: Date }>();

  /** 申请交易账单: where the bill is for five minutes, and what it hashes to. */
  apply(platform: Platform, caller: Merchant, query: URLSearchParams): Answer {
    const day = query.get('bill_date') ?? '';
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return failure(400, 'PARAM_ERROR', 'bill_date');
    if (platform.faults.take('statementCreating', { numbers: [''] }) !== undefined) {
      return failure(400, 'STATEMENT_CREATING', '账单生成中');
    }
    const text = billOf(platform, caller, day);
    if (text === undefined) return failure(400, 'NO_STATEMENT_EXIST', '账单文件不存在');
    const token = randomUUID();
    this.#files.set(token, { merchant: caller, text, madeAt: platform.now() });
    return ok({
      hash_type: 'SHA1',
      hash_value: createHash('sha1').update(text, 'utf8').digest('hex'),
      download_url: `${platform.baseUrl}/v3/billdownload/file?token=${token}`,
    });
  }

  /** The file, or why there is none: an address that was never given out, is too old, or was given to another. */
  file({ now }: Platform, caller: Merchant, token: string): string | Answer {
    const file = this.#files.get(token);
    if (file === undefined || now().getTime() - file.madeAt.getTime() >= MINUTES_VALID_MS) {
      return failure(400, 'INVALID_REQUEST');
    }
    return file.merchant === caller ? file.text : failure(403, 'NO_AUTH');
  }
}

function billOf({ orders }: Platform, merchant: Merchant, day: string): string | undefined {
  const isOfDay = (at: Date): boolean => toBeijingTime(at).startsWith(day);
  const rows = orders.all().flatMap((order) => {
    const { payment } = order;
    if (payment === undefined || order.merchant !== merchant) return [];
    return [
      ...(isOfDay(payment.at) ? [paymentRow(order, payment)] : []),
      ...order.refunds.filter(({ createdAt }) => isOfDay(createdAt)).map((refund) => refundRow(order, payment, refund)),
    ];
  });
  if (rows.length === 0) return undefined;
  const sum = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const summary = [
    String(rows.length),
    yuan(sum(({ paidFen }) => paidFen)),
    yuan(sum(({ refundFen }) => refundFen)),
    '0.00',
    fee(sum(({ feeMicroFen }) => feeMicroFen)),
    yuan(sum(({ paidFen }) => paidFen)),
    yuan(sum(({ refundFen }) => refundFen)),
  ];
  return `${[columns, ...rows.map(({ cells }) => line(cells)), totals, line(summary)].join('\r\n')}\r\n`;
}

type Row = { cells: readonly string[]; paidFen: number; refundFen: number; feeMicroFen: number };

function paymentRow(order: Order, payment: Payment): Row {
  const { paidFen } = payment;
  const feeMicroFen = paidFen * feePerMille;
  const money = [yuan(paidFen), '0.00', '0', '0', '0.00', '0.00', '', '', order.description, order.attach ?? ''];
  const cells = [
    ...head(order, payment, payment.at, 'SUCCESS'),
    ...money,
    fee(feeMicroFen),
    '0.60%',
    yuan(paidFen),
    '0.00',
    '',
  ];
  return { cells, paidFen, refundFen: 0, feeMicroFen };
}

function refundRow(order: Order, payment: Payment, refund: Refund): Row {
  const feeMicroFen = -refund.amountFen * feePerMille;
  const back = yuan(refund.amountFen);
  const status = refund.status === 'SUCCESS' ? 'SUCCESS' : refund.status === 'PROCESSING' ? 'PROCESSING' : 'FAIL';
  const money = [
    '0.00',
    '0.00',
    refund.refundId,
    refund.outRefundNo,
    back,
    '0.00',
    'ORIGINAL',
    status,
    order.description,
    order.attach ?? '',
  ];
  const cells = [
    ...head(order, payment, refund.createdAt, 'REFUND'),
    ...money,
    fee(feeMicroFen),
    '0.60%',
    '0.00',
    back,
    '',
  ];
  return { cells, paidFen: 0, refundFen: refund.amountFen, feeMicroFen };
}

function head(order: Order, payment: Payment, at: Date, state: 'SUCCESS' | 'REFUND'): string[] {
  const { merchant } = order;
  const when = toBeijingTime(at).slice(0, 19).replace('T', ' ');
  const numbers = [payment.transactionId, order.outTradeNo, order.openid];
  return [when, merchant.appId, merchant.mchId, '0', '', ...numbers, order.tradeType, state, 'OTHERS', 'CNY'];
}

/** Every cell begins with a backtick; a comma inside one is written as a backslash and a space. */
const line = (cells: readonly string[]): string => cells.map((cell) => `\`${cell.replaceAll(',', '\\ ')}`).join(',');

const yuan = (fen: number): string => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

/** Thousandths of a fen as yuan with five decimals. */
function fee(microFen: number): string {
  const sign = microFen < 0 ? '-' : '';
  const digits = String(Math.abs(microFen)).padStart(6, '0');
  return `${sign}${digits.slice(0, -5)}.${digits.slice(-5)}`;
}
