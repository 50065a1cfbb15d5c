import iconv from 'iconv-lite';
import { zip } from '../shared/zip.js';
import { toBeijingTime } from './beijingTime.js';
import type { Channel } from './channel.js';
import type { Merchant } from './merchant.js';
import { isPaid } from './orders.js';
import type { Order, Refund, Trade } from './orders.js';
import { fenToYuan } from './yuan.js';

const columns =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,' +
  '支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,' +
  '服务费（元）,分润（元）,备注';
const feePerMille = 6;
const dayMs = 86_400_000;

type Row = { readonly kind: '交易' | '退款'; readonly amountFen: number; readonly cells: readonly string[] };

/** A merchant's trade bill of a day, `yyyy-MM-dd` in Beijing, as the ZIP it comes in; undefined when nothing happened. */
export function billOf({ orders, now }: Channel, merchant: Merchant, day: string): Buffer | undefined {
  const own = orders.all().filter((order) => order.merchant === merchant);
  const rows = own.flatMap((order) => rowsOf(order, day));
  if (rows.length === 0) return undefined;
  const account = `${merchant.sellerId}0156`;
  const short = day.replaceAll('-', '');
  const at = now();
  return zip([
    { name: gbk(`${account}_${short}_业务明细.csv`), bytes: gbk(detail(rows, { account, day, at })), at },
    { name: gbk(`${account}_${short}_业务明细(汇总).csv`), bytes: gbk(summary(rows, { account, day, at })), at },
  ]);
}

function rowsOf(order: Order, day: string): Row[] {
  const { trade } = order;
  if (!isPaid(trade)) return [];
  const isOfDay = (at: Date): boolean => toBeijingTime(at).startsWith(day);
  const refunds = order.refunds.flatMap((refund) =>
    refund.succeededAt !== undefined && isOfDay(refund.succeededAt)
      ? [refundRow(order, trade, { ...refund, succeededAt: refund.succeededAt })]
      : [],
  );
  return [...(isOfDay(trade.paidAt) ? [paymentRow(order, trade)] : []), ...refunds];
}

function paymentRow(order: Order, trade: Trade & { paidAt: Date }): Row {
  const { totalFen: amountFen, createdAt, paidAt } = trade;
  const fee = `-${fenToYuan(feeOf(amountFen))}`;
  return {
    kind: '交易',
    amountFen,
    cells: cells(order, trade, {
      kind: '交易',
      createdAt,
      at: paidAt,
      amount: fenToYuan(amountFen),
      refundNo: '',
      fee,
    }),
  };
}

function refundRow(order: Order, trade: Trade, refund: Refund & { succeededAt: Date }): Row {
  const { amountFen, requestedAt: createdAt, succeededAt: at, outRequestNo: refundNo } = refund;
  const amount = `-${fenToYuan(amountFen)}`;
  return {
    kind: '退款',
    amountFen,
    cells: cells(order, trade, { kind: '退款', createdAt, at, amount, refundNo, fee: fenToYuan(feeOf(amountFen)) }),
  };
}

function cells(
  { outTradeNo, subject }: Order,
  { tradeNo }: Trade,
  row: { kind: Row['kind']; createdAt: Date; at: Date; amount: string; refundNo: string; fee: string },
): string[] {
  const { kind, createdAt, at, amount, refundNo, fee } = row;
  const zeros = Array.from({ length: 5 }, () => '0.00');
  return [
    ...[tradeNo, outTradeNo, kind, subject, toBeijingTime(createdAt), toBeijingTime(at)].map(asText),
    ...['', '', '', '', '138****0000'].map(asText),
    ...[amount, amount, ...zeros],
    asText(''),
    ...['0.00', '0.00'],
    asText(refundNo),
    ...[fee, '0.00'],
    asText(''),
  ];
}

type About = { readonly account: string; readonly day: string; readonly at: Date };

function detail(rows: readonly Row[], about: About): string {
  const rule = '-'.repeat(40);
  return text([
    ...head('业务明细', about),
    `#${rule}业务明细列表${rule}`,
    columns,
    ...rows.map((row) => row.cells.join(',')),
    `#${rule}业务明细列表结束${rule}`,
    ...totals(rows, about),
  ]);
}

function summary(rows: readonly Row[], about: About): string {
  return text([...head('业务汇总', about), ...totals(rows, about)]);
}

function head(what: string, { account, day }: About): string[] {
  const next = new Date(Date.parse(`${day}T00:00:00+08:00`) + dayMs);
  const chinese = (date: string): string => {
    const [year = '', month = '', of = ''] = date.split('-');
    return `${year}年${month}月${of}日 00:00:00`;
  };
  const until = chinese(toBeijingTime(next).slice(0, 10));
  return [`#支付宝${what}查询`, `#账号：[${account}]`, `#起始日期：[${chinese(day)}]   终止日期：[${until}]`];
}

function totals(rows: readonly Row[], { at }: About): string[] {
  const of = (kind: Row['kind']) => rows.filter((row) => row.kind === kind);
  const sum = (kind: Row['kind']) => fenToYuan(of(kind).reduce((fen, { amountFen }) => fen + amountFen, 0));
  return [
    `#交易合计：${of('交易').length}笔，商家实收共${sum('交易')}元，商家优惠共0.00元`,
    `#退款合计：${of('退款').length}笔，商家实收退款共${sum('退款')}元，商家优惠退款共0.00元`,
    `#导出时间：[${toBeijingTime(at)}]`,
  ];
}

const feeOf = (amountFen: number): number => Math.round((amountFen * feePerMille) / 1000);
/** Cells of text end in a tab, so that no spreadsheet takes them for numbers. */
const asText = (cell: string): string => `${cell.replaceAll(',', '，')}\t`;
const text = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
const gbk = (content: string): Buffer => iconv.encode(content, 'gbk');
