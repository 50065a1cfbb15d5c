import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  certificatePem,
  charge,
  noon,
  orderName,
  order,
  plain,
  posMerId,
  refundOrder,
  scriptedGateway,
  unionpay,
} from './support.js';
import type { ScriptedGateway } from './support.js';

/**
 * Base strings written out by hand; their SHA-256 in hexadecimal was signed with `openssl dgst -sha256 -sign` and the test
 * keys, outside this code: RSA PKCS#1 v1.5 always gives the same signature, so equal text means equal rules.
 */

const payBase =
  'accessType=0&backUrl=https://pay.example.com/v1/callbacks/unionpay&bizType=000201&certId=68759663129&channelType=07' +
  '&currencyCode=156&encoding=UTF-8&frontUrl=https://www.example.com/paid&merId=777290058110048&orderId=P2026112200000001C1' +
  '&payTimeout=20261122143000&signMethod=01&txnAmt=128000&txnSubType=01&txnTime=20261122140000&txnType=01&version=5.1.0';
const posBase =
  'accessType=0&backUrl=https://pay.example.com/v1/callbacks/unionpay&bizType=000000&certId=68759663129&channelType=08' +
  '&currencyCode=156&encoding=UTF-8&merId=777290058110097&orderId=P2026112200000001C1&payTimeout=20261122143000' +
  '&signMethod=01&termId=T0000001&txnAmt=128000&txnSubType=01&txnTime=20261122140000&txnType=01&version=5.1.0';
const queryBase =
  'accessType=0&bizType=000000&certId=68759663129&encoding=UTF-8&merId=777290058110048&orderId=P2026112200000001C1' +
  '&signMethod=01&txnSubType=00&txnTime=20261122140000&txnType=00&version=5.1.0';
const undoBase =
  'accessType=0&backUrl=https://pay.example.com/v1/callbacks/unionpay&bizType=000201&certId=68759663129&channelType=07' +
  '&currencyCode=156&encoding=UTF-8&merId=777290058110048&orderId=P2026112200000001C1R1V&origQryId=202611221405090000001' +
  '&reqReserved=P2026112200000001C1&signMethod=01&txnAmt=128000&txnSubType=00&txnTime=20261122150000&txnType=31&version=5.1.0';

/** What was sent, as the text that is signed (every field but `signature`), its digest, and the signature. */
function sent(fields: ReadonlyMap<string, string>) {
  const base = [...fields.keys()]
    .filter((name) => name !== 'signature')
    .sort()
    .map((name) => `${name}=${fields.get(name) ?? ''}`)
    .join('&');
  return { base, digest: createHash('sha256').update(base).digest('hex'), signature: fields.get('signature') };
}

describe('requests are signed as UnionPay signs', () => {
  let gateway: ScriptedGateway;
  beforeAll(async () => {
    gateway = await scriptedGateway();
  });
  afterAll(() => gateway.close());
  const lastCall = () => sent(gateway.calls.at(-1)?.fields ?? new Map());

  it('a page’s form for the payer’s browser, the same however often it is made', async () => {
    const first = await unionpay().open(order());
    expect(await unionpay().open(order())).toEqual(first);
    if (first.kind !== 'opened' || first.cashier.kind !== 'form') throw new Error('no form');
    expect(first.cashier.action).toBe('http://127.0.0.1:9/gateway/api/frontTransReq.do');
    expect(sent(new Map(Object.entries(first.cashier.fields)))).toEqual({
      base: payBase,
      digest: '4cc92fff1e3833e7534a88450acb22d3f1acec8b84f43f2e8403c875cded8d9b',
      signature:
        'RTaeFOmOIbmwJD084MlRgAK8YfoteT96aknASEcEghi7h0L6SNPn94qEPjMTSg/02E72tNlVeNbxgnQsYOCHasXzNiPvq1KhWVkSHaITcBoutcjvLo46QSRr/UOh8d9PYHmWogAf3eLi48RMwvC5/YOrS0bcrDA73Qj/tNnwSbmXMnKhJjWth+kXOuhOMkaqPhB0bwcxvGFclQ5IS66S0IkDYCmDRPom3kkT5hYlgLLSIOTwtOV19uxfWyttk7yDRkKJS10N5UhDXL9pkpSadv2BvNefHCfx6a2yy0lowNsqK17snqhHFapEL9U6pG8fD++j1BRDuCoEM0tF6y3jdg==',
    });
  });

  it('a terminal’s order', async () => {
    gateway.answerWith(answer({ ...orderName, merId: posMerId, respCode: '00', respMsg: '成功[0000000]' }));
    const pos = unionpay({ gatewayUrl: gateway.url, products: ['pos'], merId: posMerId });
    expect(await pos.open(order({ product: 'pos' }))).toEqual({
      kind: 'opened',
      cashier: { kind: 'terminal', terminalId: 'T0000001', orderNo: charge.outTradeNo },
    });
    expect(gateway.calls.at(-1)?.path).toBe('/gateway/api/backTransReq.do');
    expect(lastCall()).toEqual({
      base: posBase,
      digest: '172cf7049cd4d687312a9b6e8d5b90ba316fa65deb39f1f7b4d9f2d6edcefcf1',
      signature:
        'OX/eS/4J3KtdxkcdONiXQP4cdNfbYeXWcP2KWXwJgpo9GCxdN+0S/4eiWL2X9DmOjVK3oqzIYQve6htwobRs+RT8/iXb1CbBKc8EQ0QTN4jC9b0MgElEbA+lXs3xQPOgMAym6RY/Hw0nHW3nIGitLkBcRpt0P6Da2X6cd1VX0/c2ghd6hyJ+u9Lt/QltzhCf4M0m4gjjXCJsHBfNM2wrc5tIhLY3zYBQR/auTg4oBXgiJfiMIgfHG5GoLfuDvHOYeIKK2+1lLzE0ut/bwcQ8TXPn8Ysm3VgRXc6AalMaosIjJ1UVep2A4uccbnHZICgD2ihNvSRJDh9m7y0YHWKjtg==',
    });
  });

  it('a query, by number and time', async () => {
    gateway.answerWith(answer({ ...orderName, respCode: '34', respMsg: '查无此交易' }));
    await unionpay({ gatewayUrl: gateway.url }).query(charge);
    expect(gateway.calls.at(-1)?.path).toBe('/gateway/api/queryTrans.do');
    expect(lastCall()).toEqual({
      base: queryBase,
      digest: 'f446554686d5a1c45bd07d731f1c9a162e9706f3ae7f13c645303c5f5432f810',
      signature:
        'Y9rwdir1dlDLOVYSnJ9SjSCJlaQ75J80awkM8W9yRa0wu0NOjI4Q6Yxz9O74QGvHVv4gXzKq4ZSzRZQTM7/ltHokjrUNvyPmIwoXMBD7ru5UaWx7qvRo0jboZlXodrPL2zXmsMKUXQniTG64Tb7dTxUwHguo0m+j6QRkAIoLmw5FLwDgI2TIDIxPDI8GLqvZzMQrPTgcZC0e5wd8ayIe7G7JV7P33C4KrV4fOWSnMVgN65ayEDgR1fZQJr9qjLZiB/9wXvKL6ycmsUJLdnEBoKywvEppmHNTYXfIuMlbYDl057TolFhC7lZ9+qLqQjQps2DKZjb5Wl/318PdzxZbjA==',
    });
  });

  it('an undo, under a number made from the refund’s', async () => {
    const unknown = answer({ ...orderName, respCode: '34', respMsg: '查无此交易' });
    gateway.answerWith(unknown, unknown, answer({ ...orderName, respCode: '00', respMsg: '成功[0000000]' }));
    const everything = refundOrder({ refundFen: refundOrder().chargedFen });
    expect(await unionpay({ gatewayUrl: gateway.url }).refund(everything)).toMatchObject({ kind: 'pending' });
    expect(lastCall()).toEqual({
      base: undoBase,
      digest: '38a76faa2cba76ae0cb7b179ac40c5b6ebf62eb5c7556d1860469e0d9ac8d6fc',
      signature:
        'cgagqFNxPVP+AzX8xppcEDpEF9+usIIx26LhAtKmb8qBHDLuQjFkSsv+YHczj2rstDCegCICZMv3QHnk8Xj076qEVsFOjV/A4+plQSXfCxg7ONzO47XgNVgGwDN3a5v4tI9O6x9Dr6bLGul0AzJaSxVGQfohfEp5v2/AxuYAcEej5wdagJXl+vJcGKVT+0RZvTBpQCag14jO2KPtZHZ7Qz/EAcM+oO6iRlASZwxvamHPlQaSSxrUCPYR1xaimXxz8OMc6/X51/T9+5ZkG5MKKOu9MOLrW+K9fkYdNTWDgXJX+s2NMKpqhL4bntagY3Ht1zpeclGRYgdMQGc98XGKdg==',
    });
  });
});

describe('what UnionPay signs', () => {
  const common = {
    accessType: '0',
    currencyCode: '156',
    encoding: 'UTF-8',
    merId: '777290058110048',
    orderId: 'P2026112200000001C1',
    queryId: '202611221405090000001',
    respCode: '00',
    respMsg: '成功[0000000]',
    settleAmt: '128000',
    settleDate: '1122',
    signMethod: '01',
    signPubKeyCert: certificatePem('gateway'),
    traceNo: '000001',
    traceTime: '1122140509',
    txnAmt: '128000',
    txnSubType: '01',
    txnTime: '20261122140000',
    txnType: '01',
    version: '5.1.0',
  };
  const paid = { kind: 'paid', paidFen: 1_280_00, tradeNo: common.queryId, paidAt: '2026-11-22T06:05:09.000Z' };

  it('an answer whose values hold braces, ampersands and equals signs is read to the fen', async () => {
    const gateway = await scriptedGateway();
    gateway.answerWith(
      plain({
        ...common,
        bizType: '000000',
        origRespCode: '00',
        origRespMsg: '成功[0000000]',
        payCardInfo: '{cardType=01&cardBank=ICBC}',
        signature:
          'rPOGfMvMvELCElxyIp/KS2vksMvpTJW6zBJmKWFvu0i7GEheb6/nnEFieznryIw0yOgvV2DPTZeet7KLk6uYdDnN05qI5Q3NK1Gap2ot+CYfcUsvqflczcdNhwZTtm3rRtK46KuqLtk5yRg0XmamWI2glrbF8qgWyS6jNslRQHdIMuWEV/J5d/PonQeZyCQRJ90fvOxRhreymIJEe9fJMtOaVQtL7L1eHLeczRcE2mfRGJo4Xx759GO8E6qM+GqlrDzwbNp7Kuwt73yYOU4pCffffG5Y7yMdYwxhb5QH1R2rj5DiFCiBSYmirgWVGaajIvKhYiHNCoBPluYQf9iZDg==',
      }),
    );
    expect(await unionpay({ gatewayUrl: gateway.url }).query(charge)).toMatchObject({
      merchantId: '777290058110048',
      outcome: paid,
      raw: { signature: 'valid', keyId: '68759663125' },
    });
    await gateway.close();
  });

  it('a notification signed elsewhere is read to the fen', () => {
    const fields = {
      ...common,
      accNo: '622202******1234',
      bizType: '000201',
      signature:
        'ZZQMOdKuKS2tPvOaISxOy/DolxzPM37cfzBqV/8bFRDCyBwENKtIIrlyV5lBz2xgVCw67+AoSfVDpce0fgxijNAmqQeKZq7F6YPt2XmFZeGChgLzN6EGNljx0ZFtpTGh24I94m0Toc/dqwfOuFuFE/WniUlyEs/jfk+g6vNCqwh8QmqGfRQZbMJZK9ZlcewjQm46CoRk4IcFMOHi8FCa2HG90UcKAUTvFt6jAzXxutNOsJqaNLqBVzVpy3mwW6qv2FCOfNRmBzWBRS7lpSP1/nRtYEigvXaNEdoz7Z63X6/irFqnT9lDXLLcRZUhe5iozhbxyc10nWmdwJzLRnKH0w==',
    };
    const request = {
      body: Buffer.from(new URLSearchParams(fields).toString()),
      headers: {},
      url: '/',
      receivedAt: noon.toISOString(),
    };
    expect(unionpay().readNotification(request)).toEqual({
      kind: 'charge',
      notificationId: '202611221405090000001-ac78c8b8cf12fc71',
      outTradeNo: 'P2026112200000001C1',
      merchantId: '777290058110048',
      outcome: paid,
      signature: 'valid',
      keyId: '68759663125',
    });
  });
});
