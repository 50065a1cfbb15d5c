import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ChannelsConfigError, loadOffer } from '../../src/offer/loadOffer.js';
import { notification, paidFields } from '../channels/alipay/support.js';
import { parseDurationMs } from '../../src/platform/duration.js';

const keysFolder = new URL('../channels/alipay/keys/', import.meta.url);
const keyFiles = ['app', 'app-pkcs1', 'app-public', 'channel', 'channel-public', 'next-channel-public'];

const channel = {
  protocol: 'alipay',
  gatewayUrl: 'https://openapi.alipay.com/gateway.do',
  appId: '2021000000000001',
  sellerId: '2088000000000001',
  appPrivateKeyFile: 'app.pem',
  channelPublicKeyFiles: ['channel-public.pem'],
};
const minimal = { notifyBaseUrl: 'https://pay.example.com/', channels: { alipay: channel } };

describe('the channels configuration', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'channels-'));
    for (const name of keyFiles)
      await copyFile(new URL(`${name}-test-only.pem`, keysFolder), join(folder, `${name}.pem`));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const load = async (content: unknown) => {
    const path = join(folder, 'channels.yaml');
    await writeFile(path, typeof content === 'string' ? content : stringify(content));
    return loadOffer(path);
  };
  const withChannel = (settings: object) => ({ ...minimal, channels: { alipay: { ...channel, ...settings } } });
  const problemsOf = async (content: unknown): Promise<readonly string[]> => {
    const failure: unknown = await load(content).catch((error: unknown) => error);
    if (!(failure instanceof ChannelsConfigError)) throw new Error('expected a ChannelsConfigError');
    return failure.problems;
  };

  it('needs little: the rest has defaults', async () => {
    const config = await load(minimal);
    expect(config.channels.get('alipay')).toMatchObject({
      name: 'alipay',
      timeoutMs: 5_000,
      products: ['qr', 'page', 'wap'],
      merchantId: '2088000000000001',
    });
    expect(config.isInOffer('alipay')).toBe(true);
    expect(config.limitsOf('alipay')).toEqual({ callsPerSecond: 50, callsAtOnce: 50 });
    expect(config.termsFor({ channel: 'alipay', productCode: 'AUTO-CI' })).toEqual({
      queryGapsMs: [10_000, 20_000, 30_000, 60_000, 180_000, 300_000, 600_000],
      refundGapsMs: [10_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000],
      closeMarginMs: 120_000,
      issueDeadlineMs: 86_400_000,
      latePayment: 'refund',
    });
    expect(config.rulesFor('AUTO-CI')).toMatchObject({ paymentTtlMs: 1_800_000, paymentTtlMaxMs: 604_800_000 });
  });

  it('makes an adapter for every channel it names', async () => {
    const { channels } = await load({
      ...minimal,
      channels: { alipay: channel, 'alipay-south': { ...channel, products: ['qr'] } },
    });
    expect([...channels.keys()]).toEqual(['alipay', 'alipay-south']);
    expect(channels.get('alipay-south')).toMatchObject({ products: ['qr'], merchantId: '2088000000000001' });
  });

  it('lets an insurance product differ from the default, setting by setting', async () => {
    const config = await load({
      ...minimal,
      policies: { default: { issueDeadline: '2h' }, products: { 'AUTO-CI': { latePayment: 'revive' } } },
    });
    const termsOf = (productCode: string) => config.termsFor({ channel: 'alipay', productCode });
    expect(termsOf('AUTO-CI')).toMatchObject({ latePayment: 'revive', issueDeadlineMs: 7_200_000 });
    expect(termsOf('HOME')).toMatchObject({ latePayment: 'refund', issueDeadlineMs: 7_200_000 });
    expect(termsOf('constructor')).toMatchObject({ latePayment: 'refund' });
  });

  it('takes an application key in either PEM form and several channel keys', async () => {
    const rotating = { channelPublicKeyFiles: ['channel-public.pem', 'next-channel-public.pem'] };
    const config = await load(withChannel({ appPrivateKeyFile: 'app-pkcs1.pem', ...rotating }));
    expect(config.channels.get('alipay')?.name).toBe('alipay');
  });

  it('believes a replaced key for what was received in its time, and no longer for what comes now', async () => {
    const rotated = {
      channelPublicKeyFiles: [
        { file: 'channel-public.pem', validUntil: '2026-11-23T00:00:00Z' },
        { file: 'next-channel-public.pem', validFrom: '2026-11-23T00:00:00Z' },
      ],
    };
    const alipay = (await load(withChannel(rotated))).channels.get('alipay');
    const callback = notification(paidFields);
    const readAt = (receivedAt: string) => alipay?.readNotification({ ...callback, receivedAt });
    expect(readAt('2026-11-22T06:05:10Z')).toMatchObject({ kind: 'charge', signature: 'valid' });
    expect(readAt('2026-11-23T06:05:10Z')).toMatchObject({ kind: 'rejected', reason: 'badSignature' });
    const kept = { kind: 'callback', ...callback } as const;
    expect(alipay?.verify({ ...kept, receivedAt: '2026-11-22T06:05:10Z' })).toMatchObject({ signature: 'valid' });
    expect(alipay?.verify({ ...kept, receivedAt: '2026-11-23T06:05:10Z' })).toMatchObject({ signature: 'invalid' });
  });

  it('can take a channel out of offer and limit it', async () => {
    const config = await load(withChannel({ inOffer: false, limits: { callsPerSecond: 2.5, callsAtOnce: 3 } }));
    expect(config.isInOffer('alipay')).toBe(false);
    expect(config.limitsOf('alipay')).toEqual({ callsPerSecond: 2.5, callsAtOnce: 3 });
    expect(config.isInOffer('nobody')).toBe(false);
  });

  it('shows no key when it is logged', async () => {
    expect(JSON.stringify([...(await load(minimal)).channels])).not.toContain('PRIVATE KEY');
  });

  it('the example in the repository is one, but for its keys', async () => {
    const example: unknown = parse(
      await readFile(new URL('../../config/channels.example.yaml', import.meta.url), 'utf8'),
    );
    const problems = await problemsOf(example);
    expect(problems.filter((problem) => !problem.endsWith('which cannot be read (ENOENT).'))).toEqual([]);
    expect(problems).toContain(
      'channels.alipay-life.appPrivateKeyFile names keys/alipay-life-app-private.pem, which cannot be read (ENOENT).',
    );
    expect(problems).toContain(
      'channels.alipay.appPrivateKeyFile names keys/alipay-app-private.pem, which cannot be read (ENOENT).',
    );
  });

  it('that is not there is one clear sentence', async () => {
    await expect(loadOffer(join(folder, 'none.yaml'))).rejects.toThrow(
      'The file cannot be read (ENOENT); CHANNELS_CONFIG names it.',
    );
  });

  it.each<[string, unknown, string | RegExp]>([
    ['text that is not YAML', 'a: [', /^The file is not YAML: /],
    [
      'a setting that does not exist',
      withChannel({ timeOut: '5s' }),
      'channels.alipay.timeOut is not a setting this version knows.',
    ],
    [
      'a policy that does not exist',
      { ...minimal, policies: { default: { late: 1 } } },
      'policies.default.late is not a setting this version knows.',
    ],
    ['no channel', { ...minimal, channels: {} }, 'channels must name at least one channel.'],
    [
      'a channel with an unusable name',
      { ...minimal, channels: { 'Ali Pay': channel } },
      'channels.Ali Pay must be lower-case letters, digits and hyphens.',
    ],
    [
      'an id that lost its quotes',
      withChannel({ appId: 2021000000000001 }),
      'channels.alipay.appId must be text; put the digits in quotes.',
    ],
    [
      'a duration without unit',
      withChannel({ timeout: 5 }),
      'channels.alipay.timeout must be a duration such as 10s, 5m, 1h or 3d.',
    ],
    [
      'a gap of nothing',
      withChannel({ queryGaps: ['0s'] }),
      'channels.alipay.queryGaps.0 must be a duration such as 10s, 5m, 1h or 3d.',
    ],
    ['a timeout beyond reason', withChannel({ timeout: '1h' }), 'channels.alipay.timeout must be at most 30s.'],
    [
      'a URL that is none',
      withChannel({ gatewayUrl: 'gateway' }),
      'channels.alipay.gatewayUrl must be an http or https URL.',
    ],
    [
      'a key that is missing',
      withChannel({ appPrivateKeyFile: 'no.pem' }),
      'channels.alipay.appPrivateKeyFile names no.pem, which cannot be read (ENOENT).',
    ],
    [
      'a key that is not PEM',
      withChannel({ appPrivateKeyFile: 'channels.yaml' }),
      'channels.alipay.appPrivateKeyFile names channels.yaml, which is not a PEM key (it has no -----BEGIN line).',
    ],
    [
      'a public key for the private',
      withChannel({ appPrivateKeyFile: 'app-public.pem' }),
      'channels.alipay.appPrivateKeyFile names app-public.pem, which is not a private key.',
    ],
    [
      'a private key for the public',
      withChannel({ channelPublicKeyFiles: ['channel.pem'] }),
      'channels.alipay.channelPublicKeyFiles.0 names channel.pem, which is a private key where a public key belongs.',
    ],
    [
      'our own public key for the channel’s',
      withChannel({ channelPublicKeyFiles: ['app-public.pem'] }),
      "channels.alipay.channelPublicKeyFiles.0 names our own public key; the channel's is needed.",
    ],
    [
      'an expiry beyond its limit',
      { ...minimal, policies: { default: { paymentTtl: '2h', paymentTtlMax: '1h' } } },
      'policies.default.paymentTtl is longer than paymentTtlMax.',
    ],
  ])('with %s is refused in one clear sentence', async (_what, content, sentence) => {
    expect(await problemsOf(content)).toEqual([
      sentence instanceof RegExp ? (expect.stringMatching(sentence) as string) : sentence,
    ]);
  });

  it('with several things wrong says all of them', async () => {
    const wrong = withChannel({ appPrivateKeyFile: 'no.pem', channelPublicKeyFiles: ['channel.pem', 'none.pem'] });
    expect(await problemsOf(wrong)).toHaveLength(3);
  });

  describe('payees', () => {
    const wechatpay = {
      protocol: 'wechatpay',
      gatewayUrl: 'https://api.mch.weixin.qq.com',
      mchId: '1900000001',
      appId: 'wx0000000000000001',
      merchantSerial: '7A00000000000000000000000000000000000001',
      merchantPrivateKeyFile: 'app.pem',
      apiV3KeyFile: 'api-v3.key',
      platformKeys: [{ serial: 'PUB_KEY_ID_0000000000000001', file: 'channel-public.pem' }],
    };
    const life = { ...channel, appId: '2021000000000002', sellerId: '2088000000000002' };
    const channels = {
      alipay: channel,
      'alipay-life': life,
      'alipay-home': life,
      wechatpay,
      'wechatpay-life': { ...wechatpay, mchId: '1900000002' },
    };
    const payee = {
      entity: '示例人寿保险股份有限公司',
      owner: 'finance-life',
      channels: { alipay: 'alipay-life', wechatpay: 'wechatpay-life' },
    };
    const withPayees = (payees: unknown) => ({ ...minimal, channels, payees });
    const withPayee = (change: object) => withPayees({ life: { ...payee, ...change } });
    beforeEach(() => writeFile(join(folder, 'api-v3.key'), '0123456789abcdef0123456789abcdef'));

    it('are none where none are named', async () => {
      const config = await load(minimal);
      expect(config.payees.size).toBe(0);
      expect(config.collectorFor({ channel: 'alipay', payee: null })).toBe('alipay');
      expect(config.collectorFor({ channel: 'alipay', payee: 'life' })).toBeNull();
    });

    it('say who is paid, who answers for it, and by which merchants', async () => {
      const { payees } = await load(
        withPayees({ life: payee, home: { ...payee, channels: { alipay: 'alipay-home' } } }),
      );
      expect([...payees.keys()]).toEqual(['life', 'home']);
      expect(payees.get('life')).toEqual({
        name: 'life',
        entity: '示例人寿保险股份有限公司',
        owner: 'finance-life',
        channels: new Map([
          ['alipay', 'alipay-life'],
          ['wechatpay', 'wechatpay-life'],
        ]),
      });
    });

    it('pick the channel; without one a channel is itself, and what is not named is nothing', async () => {
      const config = await load(withPayees({ life: payee, home: { ...payee, channels: { alipay: 'alipay-home' } } }));
      expect(config.collectorFor({ channel: 'alipay', payee: 'life' })).toBe('alipay-life');
      expect(config.collectorFor({ channel: 'wechatpay', payee: 'life' })).toBe('wechatpay-life');
      expect(config.collectorFor({ channel: 'alipay', payee: 'home' })).toBe('alipay-home');
      expect(config.collectorFor({ channel: 'alipay', payee: null })).toBe('alipay');
      expect(config.collectorFor({ channel: 'alipay-life', payee: null })).toBe('alipay-life');
      expect(config.collectorFor({ channel: 'wechatpay', payee: 'home' })).toBeNull();
      expect(config.collectorFor({ channel: 'alipay-life', payee: 'life' })).toBeNull();
      expect(config.collectorFor({ channel: 'alipay', payee: 'pets' })).toBeNull();
      expect(config.collectorFor({ channel: 'constructor', payee: 'life' })).toBeNull();
      expect(config.collectorFor({ channel: 'alipay', payee: 'constructor' })).toBeNull();
    });

    it('may be paid by the channel itself', async () => {
      const config = await load(withPayee({ channels: { alipay: 'alipay' } }));
      expect(config.collectorFor({ channel: 'alipay', payee: 'life' })).toBe('alipay');
    });

    it('leave every channel the account by which another’s combined order names it', async () => {
      const config = await load(withPayee({}));
      expect(config.channels.get('alipay-life')?.combining?.account).toEqual({
        merchantId: '2088000000000002',
        appId: '2021000000000002',
      });
      expect(config.channels.get('wechatpay-life')?.combining?.account).toEqual({
        merchantId: '1900000002',
        appId: 'wx0000000000000001',
      });
    });

    it('have siblings: the other channels of the protocol', async () => {
      const config = await load(withPayee({}));
      expect(config.siblingsOf('alipay')).toEqual(['alipay-life', 'alipay-home']);
      expect(config.siblingsOf('alipay-life')).toEqual(['alipay', 'alipay-home']);
      expect(config.siblingsOf('wechatpay')).toEqual(['wechatpay-life']);
      expect(config.siblingsOf('nobody')).toEqual([]);
      expect((await load(minimal)).siblingsOf('alipay')).toEqual([]);
    });

    it.each<[string, unknown, string]>([
      ['a name that is none', { 'Life AG': payee }, 'payees.Life AG must be lower-case letters, digits and hyphens.'],
      [
        'a channel whose name is none',
        { life: { ...payee, channels: { 'Ali Pay': 'alipay-life' } } },
        'payees.life.channels.Ali Pay must be lower-case letters, digits and hyphens.',
      ],
      ['no channel', { life: { ...payee, channels: {} } }, 'payees.life.channels must name at least one channel.'],
      [
        'a setting that does not exist',
        { life: { ...payee, bank: 'x' } },
        'payees.life.bank is not a setting this version knows.',
      ],
      [
        'a channel that is not configured',
        { life: { ...payee, channels: { alipay: 'alipay-pets' } } },
        'payees.life.channels.alipay names alipay-pets, which is not a configured channel.',
      ],
      [
        'something in place of a channel that is not configured',
        { life: { ...payee, channels: { alypay: 'alipay-life' } } },
        'payees.life.channels.alypay stands for a channel that is not configured.',
      ],
      [
        'a channel of another protocol',
        { life: { ...payee, channels: { alipay: 'wechatpay-life' } } },
        'payees.life.channels.alipay names wechatpay-life, which speaks wechatpay where alipay speaks alipay.',
      ],
      [
        'a channel that stands for another payee',
        { life: payee, home: { ...payee, channels: { alipay: 'alipay-life' } } },
        'payees.home.channels.alipay names alipay-life, which already stands for life.',
      ],
    ])('with %s are refused in one clear sentence', async (_what, payees, sentence) => {
      expect(await problemsOf(withPayees(payees))).toEqual([sentence]);
    });

    it.each(['entity', 'owner'])('without %s are refused', async (missing) => {
      const problems = await problemsOf(withPayee({ [missing]: undefined }));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(`payees.life.${missing} `);
    });

    it('are told beside what else is wrong with the file', async () => {
      const broken = { ...channels, 'alipay-life': { ...life, appPrivateKeyFile: 'no.pem' } };
      const wrong = { life: { ...payee, channels: { alipay: 'alipay-life', wechatpay: 'alipay-home' } } };
      expect(await problemsOf({ ...minimal, channels: broken, payees: wrong })).toEqual([
        'channels.alipay-life.appPrivateKeyFile names no.pem, which cannot be read (ENOENT).',
        'payees.life.channels.wechatpay names alipay-home, which speaks alipay where wechatpay speaks wechatpay.',
      ]);
    });
  });

  describe('of UnionPay', () => {
    const unionpay = {
      protocol: 'unionpay',
      gatewayUrl: 'https://gateway.95516.com/gateway/api/',
      fileUrl: 'https://filedownload.95516.com/',
      merId: '777290058110048',
      certificateFile: 'merchant-certificate.pem',
      privateKeyFile: 'merchant.pem',
      rootCertificateFiles: ['root-certificate.pem'],
      returnUrl: 'https://www.example.com/paid',
    };
    const terminals = { ...unionpay, protocol: 'unionpay-pos', returnUrl: undefined };
    const withUnionpay = (settings: object) => ({ ...minimal, channels: { unionpay: { ...unionpay, ...settings } } });
    beforeEach(async () => {
      const names = ['merchant', 'merchant-certificate', 'root-certificate', 'gateway', 'gateway-certificate'];
      for (const name of names) {
        await copyFile(
          new URL(`../channels/unionpay/keys/${name}-test-only.pem`, import.meta.url),
          join(folder, `${name}.pem`),
        );
      }
    });

    it('makes one channel for browsers and one for terminals', async () => {
      const config = await load({ ...minimal, channels: { unionpay, pos: terminals } });
      expect(config.channels.get('unionpay')).toMatchObject({
        products: ['page', 'wap'],
        merchantId: '777290058110048',
      });
      expect(config.channels.get('pos')?.needs('pos')).toEqual(['method.terminalId']);
      expect(config.limitsOf('pos')).toMatchObject({ callsPerSecond: 20 });
    });

    it.each([
      [{ gatewayUrl: 'https://gateway.95516.com/gateway/api' }, /gatewayUrl must end in a slash/],
      [{ merId: 777290058110048 }, /merId must be text/],
      [{ merId: '7772900581100' }, /merId must be fifteen digits/],
      [{ undoUntil: '24:01' }, /undoUntil must be a time of day/],
      [{ returnUrl: undefined }, /returnUrl/],
      [{ products: ['pos'] }, /products/],
      [{ certificateFile: 'gateway-certificate.pem' }, /certificateFile names a certificate of another key/],
      [{ certificateFile: 'merchant.pem' }, /certificateFile names merchant.pem, which is not a readable certificate/],
      [
        { rootCertificateFiles: ['gateway-certificate.pem'] },
        /rootCertificateFiles.0 .* is not the certificate of an authority/,
      ],
      [{ rootCertificateFiles: [] }, /rootCertificateFiles/],
    ])('names what is wrong: %j', async (settings, problem) => {
      const problems = await problemsOf(withUnionpay(settings));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(problem);
    });
  });
});

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['3d', 259_200_000],
  ])('%s', (text, milliseconds) => {
    expect(parseDurationMs(text)).toBe(milliseconds);
  });

  it.each(['0s', '5', 's', '-5s', '1.5h', '5 s', '5S', '10sec', ''])('"%s" is none', (text) => {
    expect(() => parseDurationMs(text)).toThrow(RangeError);
  });
});
