/**
 * Ways to break what keeps money safe, each with the test that must notice.
 * @type {readonly import('./mutations.mjs').Mutation[]}
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
    file: 'src/channels/guards/pacedChannel.ts',
    find: "  if (codes.slowDown.includes(code)) return 'slowDown';\n",
    replace: '',
    test: { file: 'test/channels/guards/guards.test.ts', name: 'is heard as it says it, and left alone afterwards' },
  },
  {
    name: 'parts: money goes back while nobody can tell about a part',
    file: 'src/domain/split.ts',
    find: "  if (parts.some(isLive)) return holds ? { kind: 'wait' } : { kind: 'close' };\n",
    replace: '',
    test: { file: 'test/domain/split.test.ts', name: 'never sends money back while nobody can tell about a part' },
  },
  {
    name: 'parts: what is told while the order is busy is never on record',
    file: 'src/workflows/split/runningSplit.ts',
    find: '    while (this.status !== this.recordedStatus || this.hasNews()) {\n',
    replace: '    if (this.status !== this.recordedStatus || this.hasNews()) {\n',
    test: {
      file: 'test/workflows/split/split.int.test.ts',
      name: 'is on record as refunded though the last part was so while something else was being recorded',
    },
  },
  {
    name: 'parts: money is told of before it is booked',
    file: 'src/workflows/split/runningPart.ts',
    find: "    return this.status !== 'paid' || this.receipt !== null;\n",
    replace: '    return true;\n',
    test: {
      file: 'test/workflows/split/split.int.test.ts',
      name: 'is not issued while the money of one part is heard of and cannot be booked',
    },
  },
  {
    name: 'parts: every part takes its shares from the beginning of the premium',
    file: 'src/activities/refund/refundCharge.ts',
    find: 'beforeFen: addFen(offsetFen, beforeFen)',
    replace: 'beforeFen',
    test: {
      file: 'test/workflows/split/split.int.test.ts',
      name: 'leaves nothing with any insurer when all parts went back, each in pieces',
    },
  },
  {
    name: 'numbers: a refund of a part ends like the first charge of another payment',
    file: 'src/domain/ids.ts',
    find: '123456789ABDEFGHIJLMNOPQRSTUVWXYZ',
    replace: '123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
    test: { file: 'test/domain/ids.test.ts', name: 'stands for one thing only' },
  },
  {
    name: 'carts: refunds of two items of one charge pass for one in the book',
    file: 'src/domain/book/journalKeys.ts',
    find: "paysSeveral(outTradeNo) ? `${paymentId}:` : ''",
    replace: "''",
    test: {
      file: 'test/workflows/cart/cart.int.test.ts',
      name: 'gives back each of several that are refused, under numbers of their own',
    },
  },
  {
    name: 'carts: an item is given back more than its own amount',
    file: 'src/records/mongo/reserveRefund.ts',
    find: '  return ofShareFen < ofChargeFen ? ofShareFen : ofChargeFen;\n',
    replace: '  return ofChargeFen;\n',
    test: {
      file: 'test/records/refunds.int.test.ts',
      name: 'are as much as the share of each, and not a fen of another’s',
    },
  },
  {
    name: 'carts: an item of all or nothing is issued before the others are',
    file: 'src/workflows/cart/cartPayment.ts',
    find: "issueItem(cart, each, 'paid')",
    replace: 'issueItem(cart, each)',
    test: {
      file: 'test/workflows/cart/cart.int.test.ts',
      name: 'shows no item as issued before the core has said yes to every one',
    },
  },
  {
    name: 'issue or undo: nobody looks for a policy once more after the money went back',
    file: 'src/workflows/issue/issueOrUndo.ts',
    find: "  if (outcome.sinceUnknown) await cancelAny('the premium was refunded');\n",
    replace: '',
    test: {
      file: 'test/workflows/issue/issue.int.test.ts',
      name: 'leaves no policy behind when the lost call lands while the money goes back',
    },
  },
  {
    name: 'until known: a refund forgets the numbers of its former run',
    file: 'src/workflows/refund/runningRefund.ts',
    find: 'start.attempts ?? reserved.attempts ?? []',
    replace: 'reserved.attempts ?? []',
    test: {
      file: 'test/workflows/refund/refund.int.test.ts',
      name: 'knows the numbers of former runs: the one refused first is asked about before anything is decided',
    },
  },
  {
    name: 'until known: a refund raises its review again in every run',
    file: 'src/workflows/refund/runningRefund.ts',
    find: 'this.desk.goOnWith(start.review ?? null, start.reviewChanges ?? []);',
    replace: 'this.desk.goOnWith(null, []);',
    test: {
      file: 'test/workflows/refund/refund.int.test.ts',
      name: 'is shown to a person once, whichever run they decide in',
    },
  },
  {
    name: 'review: a decision for one review settles another of the same workflow',
    file: 'src/workflows/saga/review.ts',
    find: '    if (reviewId !== undefined) return desks.find(({ review }) => review?.reviewId === reviewId);\n',
    replace: '',
    test: {
      file: 'test/workflows/cart/cart.int.test.ts',
      name: 'takes each of two open reviews by its own id, and neither hides the other',
    },
  },
  {
    name: 'review: money that nobody waits for is not booked',
    file: 'src/workflows/review/review.ts',
    find: "outcome.kind === 'paid' && [merchantId, ''].includes(evidence.merchantId)",
    replace: "outcome.kind === 'paid' && evidence.merchantId === ''",
    test: {
      file: 'test/workflows/late/late.int.test.ts',
      name: 'is booked and waits for a person in a review of its own, once however often it is told',
    },
  },
];
