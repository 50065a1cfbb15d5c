import { inflateSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unzipped } from '../../channels/unzipped.js';
import { MER_ID, POS_MER_ID, sale, startMerchant } from '../support/unionpay.js';
import type { TestMerchant } from '../support/unionpay.js';

let merchant: TestMerchant;
beforeEach(async () => {
  merchant = await startMerchant();
});
afterEach(() => merchant.stop());

const orderNo = sale.orderId;
const pay = async (): Promise<string> => {
  const { body } = await merchant.control('POST', `/orders/${orderNo}/pay`);
  return String((body as { tradeNo: unknown }).tradeNo);
};

describe('a message', () => {
  it('is turned away when its signature, its merchant or its version is not right', async () => {
    const query = {
      txnType: '00',
      txnSubType: '00',
      bizType: '000000',
      merId: MER_ID,
      orderId: orderNo,
      txnTime: sale.txnTime,
    };
    const path = '/gateway/api/queryTrans.do';
    expect(await merchant.post(path, { ...merchant.signed(query), orderId: 'P2' })).toMatchObject({ respCode: '11' });
    expect(await merchant.post(path, merchant.signed({ ...query, certId: '1' }))).toMatchObject({ respCode: '11' });
    expect(await merchant.post(path, merchant.signed({ ...query, merId: '1' }))).toMatchObject({ respCode: '31' });
    expect(await merchant.post(path, merchant.signed({ ...query, version: '5.0.0' }))).toMatchObject({
      respCode: '10',
    });
    expect(await merchant.post(path, merchant.signed(query))).toMatchObject({ respCode: '34' });
  });
});

describe('an order of the browser', () => {
  it('is there from the form on, under number and time together, and none once its time is over', async () => {
    expect(await merchant.query(MER_ID)).toMatchObject({ respCode: '34' });
    expect((await merchant.arrive()).status).toBe(303);
    expect(await merchant.query(MER_ID)).toMatchObject({ respCode: '00', origRespCode: '05' });
    expect(await merchant.query(MER_ID, { txnTime: '20300101100001' })).toMatchObject({ respCode: '34' });
    merchant.moveTo('2030-01-01T02:30:00Z');
    expect(await merchant.query(MER_ID)).toMatchObject({ respCode: '34' });
    expect(await merchant.control('POST', `/orders/${orderNo}/pay`)).toMatchObject({ status: 409 });
  });

  it('stays one when the form comes again, and another content under its name is turned away', async () => {
    await merchant.arrive();
    expect((await merchant.arrive()).status).toBe(303);
    expect((await merchant.arrive({ txnAmt: '128001' })).status).toBe(400);
  });

  it('debited past its time is 42, and told to nobody', async () => {
    await merchant.arrive();
    merchant.moveTo('2030-01-01T02:30:00Z');
    await merchant.control('POST', `/orders/${orderNo}/pay`, { force: true });
    expect(await merchant.query(MER_ID)).toMatchObject({ respCode: '00', origRespCode: '42', txnAmt: '128000' });
    expect(await merchant.control('GET', `/orders/${orderNo}`)).toMatchObject({ body: { notifications: [] } });
  });
});

describe('a sale at a terminal', () => {
  it('is made by a call, twice is a duplicate, and tells its slip when paid', async () => {
    expect(await merchant.sell()).toMatchObject({ respCode: '00' });
    expect(await merchant.sell()).toMatchObject({ respCode: '12' });
    await pay();
    expect(await merchant.query(POS_MER_ID)).toMatchObject({ origRespCode: '00', termId: 'T0000001', cardType: '01' });
  });

  it('is undone before its batch is settled and refunded afterwards, never both', async () => {
    await merchant.sell();
    const origQryId = await pay();
    const back = (kind: 'refund' | 'undo', orderId: string, txnAmt = sale.txnAmt) =>
      merchant.giveBack(kind, POS_MER_ID, { orderId, origQryId, txnAmt });
    expect(await back('refund', `${orderNo}R1`)).toMatchObject({ respCode: '39' });
    expect(await back('undo', `${orderNo}R1V`, '1')).toMatchObject({ respCode: '36' });
    merchant.moveTo('2030-01-01T15:00:00Z'); // Eleven in the evening.
    expect(await back('undo', `${orderNo}R1V`)).toMatchObject({ respCode: '35' });
    expect(await back('refund', `${orderNo}R1`, '100')).toMatchObject({ respCode: '00' });
    expect(await back('refund', `${orderNo}R1`, '100')).toMatchObject({ respCode: '12' });
    expect(await back('refund', `${orderNo}R2`, '127901')).toMatchObject({ respCode: '36' });
    expect(await back('refund', `${orderNo}R2`, '127900')).toMatchObject({ respCode: '00' });
  });

  it('that is undone cannot be refunded', async () => {
    await merchant.sell();
    const origQryId = await pay();
    await merchant.giveBack('undo', POS_MER_ID, { orderId: `${orderNo}R1V`, origQryId });
    merchant.moveTo('2030-01-02T02:00:00Z');
    expect(await merchant.giveBack('refund', POS_MER_ID, { orderId: `${orderNo}R1`, origQryId })).toMatchObject({
      respCode: '35',
    });
  });
});

describe('the settlement file', () => {
  it('holds the day line by line, as wide as it must be, counted in bytes of GBK', async () => {
    expect(await merchant.file(MER_ID, '0101')).toMatchObject({ respCode: '98' });
    await merchant.arrive();
    const origQryId = await pay();
    await merchant.giveBack('refund', MER_ID, {
      orderId: `${orderNo}R1`,
      origQryId,
      txnAmt: '30000',
      reqReserved: orderNo,
    });
    const { fileContent = '', fileName } = await merchant.file(MER_ID, '0101');
    expect(fileName).toBe(`INN30010188_${MER_ID}.zip`);
    const packed = unzipped(inflateSync(Buffer.from(fileContent, 'base64')));
    const files = new Map(packed.map(({ name, bytes: content }) => [name.toString(), content]));
    expect([...files.keys()]).toEqual([`INN30010188ZM_${MER_ID}`, `RD201030010101_${MER_ID}`]);

    const bytes = files.get(`INN30010188ZM_${MER_ID}`) ?? Buffer.alloc(0);
    expect(bytes.length).toBe(2 * (607 + 2));
    const lines = iconv.decode(bytes, 'gbk').split('\r\n').slice(0, 2);
    expect(lines[0]).toMatch(/^S22 00010000000 .* 000000128000 /);
    expect(lines[0]).toContain('D000000000768 C000000127232');
    expect(lines[1]).toMatch(/^S30 /);
    expect(lines[1]).toContain('C000000000180 D000000029820');
    expect(lines[1]).toContain(origQryId);
    const summary = iconv.decode(files.get(`RD201030010101_${MER_ID}`) ?? Buffer.alloc(0), 'gbk');
    expect(summary).toContain('S22 消费    借记卡    1    1280.00');
  });

  it('is per merchant', async () => {
    await merchant.arrive();
    await pay();
    expect(await merchant.file(POS_MER_ID, '0101')).toMatchObject({ respCode: '98' });
  });
});

describe('a notification', () => {
  it('that nobody acknowledges is sent five times, the same to the letter', async () => {
    merchant.receiver.answer = { status: 500, body: 'no' };
    await merchant.arrive();
    await pay();
    await merchant.receiver.hasReceived(5);
    expect(new Set(merchant.receiver.received.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await merchant.control('GET', `/orders/${orderNo}`)).toMatchObject({
      body: { notifications: [{ state: 'givenUp' }] },
    });
  });
});
