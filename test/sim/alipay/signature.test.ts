import { describe, expect, it } from 'vitest';
import { signedBody } from '../../../sim/alipay/reply.js';
import { isSignedText, notificationBaseString, requestBaseString, signText } from '../../../sim/alipay/signature.js';
import { channelKey, merchantKey, merchantPublicKey } from '../support/keys.js';

// Every signature below was made with `openssl dgst -sha256 -sign`, not with the code under test.

const request = {
  version: '1.0',
  app_id: '2021000000000001',
  method: 'alipay.trade.precreate',
  format: 'JSON',
  charset: 'utf-8',
  sign_type: 'RSA2',
  return_url: '',
  timestamp: '2030-01-01 10:00:00',
  notify_url: 'http://127.0.0.1:8080/v1/callbacks/alipay',
  biz_content: '{"out_trade_no":"P2030010100000001C1","total_amount":"1280.00","subject":"机动车商业保险"}',
  sign: 'whatever',
};

const requestText =
  'app_id=2021000000000001&biz_content={"out_trade_no":"P2030010100000001C1","total_amount":"1280.00","subject":"机动车商业保险"}' +
  '&charset=utf-8&format=JSON&method=alipay.trade.precreate&notify_url=http://127.0.0.1:8080/v1/callbacks/alipay' +
  '&sign_type=RSA2&timestamp=2030-01-01 10:00:00&version=1.0';

const requestSignature =
  'gs5N6M5COuaqPXLXdRsB4K/SxuGPB5e8T7HNbCsh3fFo0Ojy6sNOTFH5U18hJOcX5ygtqOM3LjCCJUNiuJwSOkxB/JWwFyub0oknSWv2DdRP/tX4HAIU5yjsVIkRWRrIxJURE2pcBmFuCYOD+icFMoykJoiI80MpFYq7ErY5TbvYDX+ZNFts4eXlRcnCOv28r+529H581dVDjrNdYAobhHoyXG60acgncCVVZa0G2NGeUJbZRSlGv29hFbNq3pqjP52faxAaobUROVjR564OMLfksPk1KW6t3ZYXS0WTUVU6OJ9+ZBW0RosZ127PUhSoYlcvaDuB/Fr9suUMQyTLxQ==';

const notification = {
  sign_type: 'RSA2',
  notify_type: 'trade_status_sync',
  notify_id: '2030010100222100000000000000000001',
  notify_time: '2030-01-01 10:00:05',
  charset: 'utf-8',
  version: '1.0',
  app_id: '2021000000000001',
  auth_app_id: '2021000000000001',
  seller_id: '2088000000000000',
  out_trade_no: 'P2030010100000001C1',
  trade_no: '2030010122001000000000000001',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '1280.00',
  subject: '车险 100% 保障 + 附加险',
  sign: 'whatever',
};

const notificationText =
  'app_id=2021000000000001&auth_app_id=2021000000000001&charset=utf-8&notify_id=2030010100222100000000000000000001' +
  '&notify_time=2030-01-01 10:00:05&notify_type=trade_status_sync&out_trade_no=P2030010100000001C1' +
  '&seller_id=2088000000000000&subject=车险 100% 保障 + 附加险&total_amount=1280.00' +
  '&trade_no=2030010122001000000000000001&trade_status=TRADE_SUCCESS&version=1.0';

const notificationSignature =
  'kP3a+N83cy0GYY7RcLBhclsAo2iYLOKQGnZisK+1ZqXMm6HzIkNlsPhfWeO1isVo2nmsyxSrjZ3kf85eXA3ct6mwLRBsEJOG6QsmvXuqtaGE7nCPrB7ggYT1iavJbcERxh5G5oFPKxKAcjZbgyzSJ3lvf1EEfxcmtbP/aHIaEnNkuWMVxd3Y0eU90KGwlUbt237+IWSFivcISVt2afJZEt1mYJQ8YC3pVzFfxjQXb6DQg/RFgywdgGx7INcCCtTH4X5lycVsoYgqNI3F0xSx2677gebwXiaamQLWXjRM0GsXgateVmvG44s80fFw7G4oEs3JtzYmyN6Zc6g/oVT8mA==';

const answerSignature =
  'HqZ/ioZxducmHPVVLmnaNUg1/S0kTgfhaYrVbhesiyExZ84hlpuHg61K+RJUmfgf4nRwljSWCrnIcZNDntnZNbSCaCTio4pGpTNczGRAJ5WCQjGceG5MDaz3bxcJjkUT6HLTXSElxbOBIIR3nx5+rYROGOo6tKuDag8v0VrnUmxsH9bPhNNk8pKKW6TdTmmDJ+RANpZTMm9UAlcZa7bLwnyZgY/t4eEqaAVoT82Zg+oxyW3YrF0QTup1rzx1INizJDivHDiQIHnWErMfJodkztRf6NQ9sj25XWcNaNIUJvqSbgNCp4TW1emJi9+tx069DZVBANZ4saUodll0gB3I6w==';

describe('the signature of a request', () => {
  it('covers every parameter that is not empty, the signature type included', () => {
    expect(requestBaseString(request)).toBe(requestText);
  });

  it('is RSA-SHA256 in base64', () => {
    expect(signText(requestText, merchantKey)).toBe(requestSignature);
    expect(isSignedText(requestText, requestSignature, merchantPublicKey)).toBe(true);
  });

  it('does not fit a request in which one fen was changed', () => {
    const changed = requestText.replace('1280.00', '1280.01');
    expect(isSignedText(changed, requestSignature, merchantPublicKey)).toBe(false);
  });
});

describe('the signature of a notification', () => {
  it('covers every field but the signature and its type, with raw values', () => {
    expect(notificationBaseString(notification)).toBe(notificationText);
    expect(signText(notificationText, channelKey)).toBe(notificationSignature);
  });
});

describe('the signature of an answer', () => {
  it('covers the inner object as sent, escaped slashes included', () => {
    const answer = {
      code: '10000',
      msg: 'Success',
      out_trade_no: 'P2030010100000001C1',
      qr_code: 'http://127.0.0.1:9101/qr/1',
    };
    const how = { method: 'alipay.trade.precreate', signingKey: channelKey, escapesSlashes: true };
    expect(signedBody({ kind: 'signed', answer }, how)).toBe(
      '{"alipay_trade_precreate_response":' +
        '{"code":"10000","msg":"Success","out_trade_no":"P2030010100000001C1","qr_code":"http:\\/\\/127.0.0.1:9101\\/qr\\/1"}' +
        `,"sign":"${answerSignature}"}`,
    );
  });
});
