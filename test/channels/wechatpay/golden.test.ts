import { createVerify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorisation, scriptParameters } from '../../../src/channels/wechatpay/signature.js';
import {
  appId,
  charge,
  keys,
  mchId,
  merchantSerial,
  noon,
  order,
  platformSerial,
  scriptedPlatform,
  wechatpay,
} from './support.js';
import type { ScriptedPlatform } from './support.js';

/**
 * Base strings written out by hand and signed with `openssl dgst -sha256 -sign` and the test keys, and a notification
 * sealed with another AES-GCM than Node's, all outside this code. RSA PKCS#1 v1.5 always gives the same signature, so
 * equal text means equal rules.
 */

const signer = { mchId, merchantSerial, merchantPrivateKey: keys.privateKey('merchant') };
const path = '/v3/pay/transactions/out-trade-no/P2026112200000001C1';

describe('requests are signed as WeChat Pay signs', () => {
  it('a query: method, path with query, seconds, nonce and an empty line for the body', () => {
    const pathWithQuery = `${path}?mchid=1900000001`;
    expect(authorisation(signer, { method: 'GET', pathWithQuery, body: '', at: noon, nonce: 'NONCE' })).toBe(
      'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="NONCE",timestamp="1795327200",' +
        'serial_no="7A00000000000000000000000000000000000001",signature="erc7UHkONfvOCCnlOWxGT2nE5OyYqrnifus8zqEybTKACEqlPJSTBien4Dv9BJJaIxbJ/+svXBxbZMHs5HQpFHc5zVgP2yjz5+j+1aplBv9uG6iGwq/kBElLQiAbhYcNJJkHBGIFUTQBvWzBkaVTHBwIqgnhpQCrDrWldYcFrz+VsMyROi2P6l0Y5/ep5lq0AnHXXRc3syXvQQCFZq060YNv4himipJBadHFg7KbZVu+gx6AOl3cNVEe8GqvKsybe2o4QWXf05ZJtMKy3Ngc6xuM6SikjozsJVPP5vB4WDHWKAh/sonSPJQcVGpUzP0bjOiaaMF8CudQ9p0fHn0bzg=="',
    );
  });

  it('a close: the body as it is sent', () => {
    const body = '{"mchid":"1900000001"}';
    const pathWithQuery = `${path}/close`;
    expect(authorisation(signer, { method: 'POST', pathWithQuery, body, at: noon, nonce: 'NONCE' })).toContain(
      'signature="nxe5fD/9Al/WbYUFCRg6ii2KHcVWMGxTB5kBFqloaGJyYAYTcFPWhHyyqV/DSBz0ggmz2cqiIJiuFMh+uBX+6E7uh/Ksu2v1X+89GVTcciqQCT+fSrzi4TYR/oLC9gDV/YDbbu4V/GUhjsKvX2hDoOPaW+HA4BB5E8n439k88p5i/gqxHHluvegtf8ZBQ97BEhkUPpBBKzJ6+FUljkKj7tvvJM3XIJQWjrcM9D3UHtHthCa1QK13/g5Rs9qHI99ZEukrSAJy+egzVK+Tq/0im90knEih1+/IzseoW2iKnBqK9zFmTe5v11xzedAdfmVgPZLnEOIhQSq3b+9iDwVYCg=="',
    );
  });

  it('the call of the cashier in the payer’s app', () => {
    const called = scriptParameters(
      { appId, merchantPrivateKey: signer.merchantPrivateKey },
      { prepayId: 'wx201410272009395522657a690389285100', at: noon, nonce: 'NONCE' },
    );
    const { paySign = '', ...rest } = called;
    expect(rest).toEqual({
      appId: 'wx0000000000000001',
      timeStamp: '1795327200',
      nonceStr: 'NONCE',
      package: 'prepay_id=wx201410272009395522657a690389285100',
      signType: 'RSA',
    });
    const base = 'wx0000000000000001\n1795327200\nNONCE\nprepay_id=wx201410272009395522657a690389285100\n';
    expect(createVerify('RSA-SHA256').update(base).verify(keys.publicKey('merchant'), paySign, 'base64')).toBe(true);
  });
});

describe('what is sent and what comes back', () => {
  let platform: ScriptedPlatform;
  beforeAll(async () => {
    platform = await scriptedPlatform();
  });
  afterAll(() => platform.close());

  it('an order goes out signed over the very bytes of its body, and its signed answer is believed', async () => {
    platform.answerWith({
      body: '{"code_url":"weixin://wxpay/bizpayurl?pr=p4lpSuKzz"}',
      headers: {
        'Wechatpay-Timestamp': '1795327200',
        'Wechatpay-Nonce': '5K8264ILTKCH16CQ2502SI8ZNMTM67VS',
        'Wechatpay-Serial': platformSerial,
        'Wechatpay-Signature':
          'J10tfMl9K/f7z2qI/Ey853UHOYW23i7T2FRpJBsYsf59i0bZGgl+ileCcjZspyH6W0WC+ejQVbHD2dppzBK9OR7e7jUH/9pbz33XmPAUOX1JYYyvppr+LvSX/LY84DCMa4T5JJHVdPgoObKSMl9kc/0UdtgDFFWFckEBcNwYlDO0RABaon4ZViFyyJAsYsk06L0TSYsoHWWQxT0mwgqUPcarVhK/q0gak3i5i9rUlfutEvRhOhGM/FkJUl9baikpCgcAgjJl/nMby25hBSqi+cEA39/xkK8DFMCuoAtt+FCA/Fbo+qfKJ13ndMU7QmEG6j96VO+Bc5uNqchNUqoR8g==',
      },
    });
    expect(await wechatpay({ gatewayUrl: platform.url }).open(order())).toEqual({
      kind: 'opened',
      cashier: { kind: 'qr', code: 'weixin://wxpay/bizpayurl?pr=p4lpSuKzz' },
    });
    const call = platform.calls.at(-1);
    expect(call?.url).toBe('/v3/pay/transactions/native');
    expect(call?.body).toBe(
      '{"appid":"wx0000000000000001","mchid":"1900000001","description":"机动车 100% 保险",' +
        '"out_trade_no":"P2026112200000001C1","time_expire":"2026-11-22T14:30:00+08:00",' +
        '"notify_url":"https://pay.example.com/v1/callbacks/wechatpay","amount":{"total":128000,"currency":"CNY"}}',
    );
    const [, nonce = '', signature = ''] =
      /nonce_str="([^"]+)".*signature="([^"]+)"/.exec(String(call?.headers['authorization'])) ?? [];
    const base = `POST\n/v3/pay/transactions/native\n1795327200\n${nonce}\n${call?.body ?? ''}\n`;
    expect(createVerify('RSA-SHA256').update(base).verify(keys.publicKey('merchant'), signature, 'base64')).toBe(true);
    expect(call?.headers['wechatpay-serial']).toBe('PUB_KEY_ID_0000000000000002');
  });

  it('a notification sealed and signed elsewhere is read to the fen', () => {
    const body =
      '{"id":"EV-2018022511223320873","create_time":"2026-11-22T14:05:10+08:00","resource_type":"encrypt-resource","event_type":"TRANSACTION.SUCCESS","summary":"支付成功","resource":{"original_type":"transaction","algorithm":"AEAD_AES_256_GCM","ciphertext":"eknrayE9W2Oh47BL9PLe9NeuHSqpkjkB21+gjQ1EofgMoXLNG1ozGP7n4FEtk3geAa2wA4H429TCwHVJuVyUwyGkd480ERSxYahkqjvuTI4nxk9rlwjx8co96jKxU/ScrSw6BAKN+WZyeBHABtOrdNMFEqKtUNJSHhUp5yUmMPrpRorp7RAksRhJN8R4awQoBU/dOB+lxF0d9apfmHqDCIrWbcfhQ1CwfH0wM8pjVYtoeoMMW/hGK6KC3fdtXS7NHrjLLM79e0y4vNH2hnPeGR69OxLXGxILhYDtU7h/noLuh20jM3ds3EV4JT54BSRoQwBc4lTjelsrI4czoI/QcIm8poJAAhrtlsbV2x31+sVQauDWNoMg31JrA8QwbF8ChmXNbWPjMPUSXRGaen2Z48+ew+wKrKgz3ygrYLLe5nA3cpt8PO4WaS016jZJaSHAN4OH8thtYcasKIemQEvfSDRisH5a/g7YUO3ZCT96yKf6WPFbBdL/FbFtwl6sxMT8dlz3O+HVmYHswgT55d0+6FPzEqLHzLHJ3oSFYHm6QhxtCbo+oNMTd8gKGy8mIreQB/SoirDUe/A4QjXYLQ==","associated_data":"transaction","nonce":"dfb67pw9xk2m"}}';
    const headers = {
      'wechatpay-timestamp': '1795327200',
      'wechatpay-nonce': 'NOTIFYNONCE',
      'wechatpay-serial': platformSerial,
      'wechatpay-signature':
        'Z7/oy2Y2VuvX1sQtT9kFDEG1W36YxIRjPd3mJCTKnreCyb4Mga7me1b/mPn53MIqlw4ZhP5L5D6Jk6ut6e+lZZ0nPOq7plUlpbaSe0QSPu20rtysbbIKM4DxG+l62QECTu+gqQwGlaU3pcz/PAo/ux94Cvbo1DGgKfn+Xo7+OJE+P2HP+MObA2/lohzfCYK1+UjAmhZFkmz79XMj4NYIy/TUKPaQvDOKXoz4mBgwNIcCRXHO2XQnZVXVCBxMv/kk2bhuKyk7NI9N/n+GTyYkEKeQOy8Z5xOunDfeKtFy692DyPFsAScctZ1XDOoXnfJZfioxuHLPASnqDdvu5itkPQ==',
    };
    const request = { body: Buffer.from(body), headers, url: '/', receivedAt: noon.toISOString() };
    expect(wechatpay().readNotification(request)).toEqual({
      kind: 'charge',
      notificationId: 'EV-2018022511223320873',
      outTradeNo: charge.outTradeNo,
      merchantId: '1900000001',
      outcome: {
        kind: 'paid',
        paidFen: 1_280_00,
        tradeNo: '4200000000202611220000000001',
        paidAt: '2026-11-22T06:05:09.000Z',
      },
      signature: 'valid',
      keyId: platformSerial,
    });
  });
});
