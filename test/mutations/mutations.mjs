/**
 * Ways to break what keeps money safe, each with the test that must notice. `find` stands exactly once in `file`.
 * @typedef {{ name: string, file: string, find: string, replace: string, test: { file: string, name: string } }} Mutation
 * @type {readonly Mutation[]}
 */
export const mutations = [
  {
    name: 'Alipay: an error mapping is lost',
    file: 'src/channels/alipay/codes.ts',
    find: "    'ACQ.TRADE_HAS_FINISHED': 'refused',\n",
    replace: '',
    test: {
      file: 'test/channels/alipay/contract.int.test.ts',
      name: 'refund answered with ACQ.TRADE_HAS_FINISHED is refused',
    },
  },
  {
    name: 'Alipay: callbacks are believed without a signature',
    file: 'src/channels/alipay/notification.ts',
    find: "  if (keyId === null) return rejected('badSignature');\n",
    replace: '',
    test: { file: 'test/channels/alipay/contract.int.test.ts', name: 'with a bad signature is rejected' },
  },
  {
    name: 'Alipay: a refund of another amount passes for ours',
    file: 'src/channels/alipay/adapter.ts',
    find: ' && answer.refund_amount === order.refundFen',
    replace: '',
    test: {
      file: 'test/channels/alipay/contract.int.test.ts',
      name: 'repeated under its number with another amount proves nothing and moves nothing',
    },
  },
  {
    name: 'WeChat Pay: an error mapping is lost',
    file: 'src/channels/wechatpay/codes.ts',
    find: "    ORDERCLOSED: 'refused',\n",
    replace: '',
    test: {
      file: 'test/channels/wechatpay/contract.int.test.ts',
      name: 'open answered with 400 ORDER_CLOSED is refused',
    },
  },
  {
    name: 'WeChat Pay: an error without a signature is believed',
    file: 'src/channels/wechatpay/reply.ts',
    find: "  if (raw.signature === 'absent') {",
    replace: "  if (raw.signature === 'absent' && status < 300) {",
    test: {
      file: 'test/channels/wechatpay/answers.test.ts',
      name: 'an error without a signature proves nothing: 400 PARAM_ERROR',
    },
  },
  {
    name: 'WeChat Pay: old messages are believed',
    file: 'src/channels/wechatpay/signature.ts',
    find: ' || offMs > clockWindowMs',
    replace: '',
    test: {
      file: 'test/channels/wechatpay/answers.test.ts',
      name: 'a success without a signature, signed for another body, or long ago proves nothing',
    },
  },
  {
    name: 'WeChat Pay: a refund of another amount passes for ours',
    file: 'src/channels/wechatpay/adapter.ts',
    find: ' &&\n    answer.amount.refund === wanted.refundFen',
    replace: '',
    test: {
      file: 'test/channels/wechatpay/contract.int.test.ts',
      name: 'repeated under its number with another amount proves nothing and moves nothing',
    },
  },
  {
    name: 'UnionPay: an error mapping is lost',
    file: 'src/channels/unionpay/codes.ts',
    find: "    '34': 'notExecuted',\n",
    replace: '',
    test: {
      file: 'test/channels/unionpay/contract.int.test.ts',
      name: 'queryRefund answered with 34 is notExecuted',
    },
  },
  {
    name: 'UnionPay: a certificate need not lead to a root',
    file: 'src/channels/unionpay/signature.ts',
    find: '  if (!isTraced(certificate, trust, receivedAt)) return invalid;\n',
    replace: '',
    test: { file: 'test/channels/unionpay/notification.test.ts', name: 'signed by impostor is rejected' },
  },
  {
    name: 'UnionPay: a refund of another amount passes for ours',
    file: 'src/channels/unionpay/adapter.ts',
    find: "    if (reply.fields['txnAmt'] !== String(refundFen)) return { kind: 'unknown', code: ownCodes.otherOrder, raw };\n",
    replace: '',
    test: {
      file: 'test/channels/unionpay/answers.test.ts',
      name: 'a refund that is not the one asked about proves nothing',
    },
  },
  {
    name: 'UnionPay: a refund follows an undo of which nothing is known',
    file: 'src/channels/unionpay/adapter.ts',
    find: "        if (undone.kind === 'unknown') return this.#settle(undone, wanted);\n        if (undone.kind !== 'refused') return undone;\n",
    replace: "        if (undone.kind !== 'refused' && undone.kind !== 'unknown') return undone;\n",
    test: {
      file: 'test/channels/unionpay/answers.test.ts',
      name: 'an undo answered by an unclear state is never followed by a refund',
    },
  },
  {
    name: 'any amount counts as the premium',
    file: 'src/domain/charge.ts',
    find: "  if (charge.receipts.some(({ paidFen }) => paidFen !== charge.askedFen))\n    return { kind: 'doubtful', reason: 'amountMismatch' };\n",
    replace: '',
    test: { file: 'test/domain/charge.test.ts', name: 'is in doubt when one fen is missing' },
  },
  {
    name: 'a callback for another merchant is taken',
    file: 'src/channels/unionpay/notification.ts',
    find: "  if (merchantId !== us.merId) return rejected('wrongMerchant');\n",
    replace: '',
    test: { file: 'test/channels/unionpay/contract.int.test.ts', name: 'about another merchant is rejected' },
  },
  {
    name: 'a limiting channel is hammered',
    file: 'src/channels/pacedChannel.ts',
    find: "  if (codes.slowDown.includes(code)) return 'slowDown';\n",
    replace: '',
    test: { file: 'test/channels/guards.test.ts', name: 'is heard as it says it, and left alone afterwards' },
  },
];
