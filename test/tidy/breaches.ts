import type { Breaches } from './rules.js';

/** What broke a rule on the day the rule was made. The lists only shrink. */
export const breaches = {
  longFunctions: {
    'sim/wechatpay/gateway.ts gatewayRoutes': 73,
    'bench/orders.ts ordersOf': 75,
    'test/api/testApi.ts startTestApi': 79,
    'test/channels/alipay/contract.int.test.ts alipayHarness': 81,
    'test/channels/contract.ts describeChannelContract': 506,
    'test/channels/unionpay/contract.int.test.ts harness': 87,
    'test/channels/wechatpay/contract.int.test.ts wechatpayHarness': 78,
    'test/domain/orderMoney.test.ts playSplit': 93,
    'test/sim/support/alipay.ts startMerchant': 84,
    'test/sim/support/unionpay.ts startMerchant': 120,
    'test/sim/support/wechatpay.ts startMerchant': 137,
  },
  longFiles: {
    'test/api/collect/payments.int.test.ts': 411,
    'test/api/collect/split.int.test.ts': 466,
    'test/channels/contract.ts': 584,
    'test/channels/guards/guards.test.ts': 351,
    'test/channels/unionpay/answers.test.ts': 405,
    'test/channels/wechatpay/combined.test.ts': 446,
    'test/demo/audit.test.ts': 406,
    'test/domain/orderMoney.test.ts': 438,
    'test/offer/loadOffer.test.ts': 431,
    'test/records/payments.int.test.ts': 589,
    'test/records/refunds.int.test.ts': 467,
    'test/replay/paths.ts': 409,
    'test/sim/wechatpay/combine.test.ts': 351,
    'test/support/paymentStory.ts': 405,
    'test/support/sagaWorld.ts': 411,
    'test/workflows/split/split.int.test.ts': 400,
  },
  misnamedFiles: {},
} as const satisfies Record<string, Breaches>;
