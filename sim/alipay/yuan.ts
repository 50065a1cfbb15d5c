const YUAN = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/;

/** Reads Alipay's yuan text (`"100.1"`) as fen, without floating point; undefined when it is not such a text. */
export function yuanToFen(yuan: string): number | undefined {
  const [, whole, cents = ''] = YUAN.exec(yuan) ?? [];
  return whole === undefined ? undefined : Number(whole) * 100 + Number(cents.padEnd(2, '0'));
}

/** Writes fen as Alipay does: always two decimals. */
export function fenToYuan(amountFen: number): string {
  return `${Math.trunc(amountFen / 100)}.${String(amountFen % 100).padStart(2, '0')}`;
}
