import { accountKindOf, type AccountKind } from './account.js';

/** One line of the chart of accounts, as finance knows it. */
export interface ChartAccount {
  /** Our own name of it; of an account per channel the part before the colon. */
  account: AccountKind;
  /** Finance's code for it. */
  code: string;
  chinese: string;
  english: string;
  /** On which side it grows. */
  grows: 'debit' | 'credit';
}

export type Chart = readonly ChartAccount[];

/** What an insurer's chart has as a rule; a deployment may give its own codes and names. */
export const defaultChart: Chart = [
  { account: 'bank', code: '1002', chinese: '银行存款', english: 'Cash at bank', grows: 'debit' },
  {
    account: 'channelReceivable',
    code: '1122',
    chinese: '应收渠道款',
    english: 'Receivable from channels',
    grows: 'debit',
  },
  {
    account: 'premiumInAdvance',
    code: '2203',
    chinese: '预收保费',
    english: 'Premium received in advance',
    grows: 'credit',
  },
  { account: 'refundPayable', code: '2241.01', chinese: '应付退费', english: 'Refunds payable', grows: 'credit' },
  {
    account: 'unidentifiedReceipts',
    code: '2241.02',
    chinese: '其他应付款-待查',
    english: 'Unidentified receipts',
    grows: 'credit',
  },
  {
    account: 'coinsurancePayable',
    code: '2241.03',
    chinese: '应付共保款',
    english: 'Payable to co-insurers',
    grows: 'credit',
  },
  {
    account: 'leadFeeIncome',
    code: '6051.01',
    chinese: '其他业务收入-出单费',
    english: 'Lead insurer’s fee',
    grows: 'credit',
  },
  { account: 'outputTax', code: '2221.01', chinese: '应交税费-销项税', english: 'Output tax', grows: 'credit' },
  { account: 'channelFees', code: '6421.01', chinese: '手续费支出', english: 'Fees of channels', grows: 'debit' },
  {
    account: 'coinsuranceReceivable',
    code: '1221.01',
    chinese: '应收共保款',
    english: 'Receivable from co-insurers',
    grows: 'debit',
  },
  { account: 'claimsPayable', code: '2205', chinese: '应付赔付款', english: 'Claims payable', grows: 'credit' },
  {
    account: 'paymentsInTransit',
    code: '1012.01',
    chinese: '付款在途',
    english: 'Payments in transit',
    grows: 'credit',
  },
  {
    account: 'unidentifiedPayments',
    code: '1221.02',
    chinese: '其他应收款-待查',
    english: 'Unidentified payments',
    grows: 'debit',
  },
  { account: 'intercompany', code: '1231', chinese: '内部往来', english: 'Between entities', grows: 'debit' },
  { account: 'premiumIncome', code: '6031', chinese: '保费收入', english: 'Premium income', grows: 'credit' },
];

/** The line an account belongs to. Raises Error for an account that no chart of ours lacks: a bug. */
export function chartLineOf(chart: Chart, account: string): ChartAccount {
  const kind = accountKindOf(account);
  const line = chart.find((each) => each.account === kind);
  if (line === undefined) throw new Error(`account ${account} stands in no chart`);
  return line;
}
