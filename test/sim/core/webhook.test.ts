import { describe, expect, it } from 'vitest';
import { webhookSignature, whyNotGenuine } from '../../../sim/core/webhook.js';

// The signatures were computed with Python's hmac module, not with the code under test.

const secret = 'whsec_dGVzdC1vbmx5LXNlY3JldC1vZi10aGUtY29yZS1zaW0=';
const body = '{"paymentId":"P2030010100000001","amountFen":128000}';
const now = new Date('2030-01-01T00:00:00Z');
const right = 'v1,NmRs9ayGgw4lO/4ZaDASLMfQ3DXrVQXIYgbEXw9FVZM=';
const headers = { id: 'msg_P2030010100000001', timestamp: '1893456000', signature: right };

describe('the signature of a request to the core', () => {
  it('is HMAC-SHA256 over id, timestamp and body', () => {
    expect(webhookSignature(`msg_P2030010100000001.1893456000.${body}`, secret)).toBe(right);
  });

  it('covers the empty text when there is no body', () => {
    expect(webhookSignature('msg_1.1893456000.', secret)).toBe('v1,EUZwYNaolvwgoFyRoGweemkDyL4HluKK5iT6PEnavb4=');
  });

  it('is accepted, alone or beside a signature of another secret', () => {
    expect(whyNotGenuine(headers, { body, secret, now })).toBeUndefined();
    const several = { ...headers, signature: `v1,AAAA ${right}` };
    expect(whyNotGenuine(several, { body, secret, now })).toBeUndefined();
  });

  it('is refused when the body, the id or the secret is another one', () => {
    expect(whyNotGenuine(headers, { body: body.replace('128000', '128001'), secret, now })).toBe('wrongSignature');
    expect(whyNotGenuine({ ...headers, id: 'msg_2' }, { body, secret, now })).toBe('wrongSignature');
    expect(whyNotGenuine(headers, { body, secret: 'whsec_b3RoZXI=', now })).toBe('wrongSignature');
  });

  it.each([
    { seconds: 300, expected: undefined },
    { seconds: 301, expected: 'timestampOutOfTolerance' },
    { seconds: -301, expected: 'timestampOutOfTolerance' },
  ])('with a timestamp $seconds seconds old is judged $expected', ({ seconds, expected }) => {
    const later = new Date(now.getTime() + seconds * 1000);
    expect(whyNotGenuine(headers, { body, secret, now: later })).toBe(expected);
  });

  it('is refused when a header is missing', () => {
    expect(whyNotGenuine({ ...headers, signature: undefined }, { body, secret, now })).toBe('missingHeaders');
  });
});
