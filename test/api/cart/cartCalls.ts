import { expect, vi } from 'vitest';
import type { TestApi } from '../testApi.js';

const qr = { channel: 'testpay', product: 'qr' };
/** The items of a cart are called after it: `Kcart00001` has `Kcart00001A` and `Kcart00001B`. */
export const item = (cartId: string, mark: 'A' | 'B', change: object = {}) => ({
  paymentId: `${cartId}${mark}`,
  proposalNo: `TP${cartId}`,
  productCode: 'AUTO-CI',
  amountFen: mark === 'A' ? 800_00 : 480_00,
  ...change,
});
export const aCartBody = (cartId: string, change: object = {}, ofLife: object = {}) => ({
  cartId,
  items: [item(cartId, 'A'), item(cartId, 'B', ofLife)],
  currency: 'CNY',
  subject: '保险费',
  payer: { name: '张三', mobile: '13800000000' },
  method: qr,
  ...change,
});

/** Carts as callers ask for them and read them. */
export function cartCalls(api: TestApi) {
  const post = (path: string, body: object, as: 'core' | 'ops' = 'core') => api.call('POST', path, { as, body });
  const readCart = async (cartId: string) => (await api.call('GET', `/v1/carts/${cartId}`, { as: 'ops' })).body;
  const until = (read: () => Promise<object>, expected: object) =>
    vi.waitFor(
      async () => {
        const seen = await read();
        expect(seen).toMatchObject(expected);
        return seen as Record<string, unknown>;
      },
      { timeout: 20_000, interval: 50 },
    );
  return {
    post,
    open: (body: object) => post('/v1/carts', body),
    readCart,
    readPayment: async (paymentId: string) => (await api.call('GET', `/v1/payments/${paymentId}`, { as: 'ops' })).body,
    until,
    becomes: (cartId: string, expected: object) => until(() => readCart(cartId), expected),
    listed: async (query: string) => {
      const { body } = await api.call('GET', `/v1/payments?${query}`, { as: 'ops' });
      return (body['payments'] as { paymentId: string }[]).map(({ paymentId }) => paymentId);
    },
  };
}
