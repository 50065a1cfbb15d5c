import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { readPrivateKey, sameKeyPair } from '../../platform/rsaKeys.js';
import { commonSettings, filePath, httpUrl, quotedDigits, hourAndMinute, trustedFile } from '../commonSettings.js';
import { defineProtocol } from '../protocol.js';
import type { ChannelPlace } from '../protocol.js';
import { unionpayChannel } from './adapter.js';
import { unionpayPosProducts, unionpayProducts } from './settings.js';
import type { TrustedRoot } from './settings.js';
import { serialOf } from './signature.js';

const merchant = {
  gatewayUrl: httpUrl.refine(
    (url) => url.endsWith('/'),
    'must end in a slash, as in https://gateway.95516.com/gateway/api/',
  ),
  fileUrl: httpUrl,
  merId: quotedDigits(/^\d{15}$/, 'must be fifteen digits'),
  certificateFile: filePath,
  privateKeyFile: filePath,
  rootCertificateFiles: z.array(trustedFile).min(1),
  intermediateCertificateFiles: z.array(filePath).default([]),
  channelCertificateName: z.string().min(1).max(128).default('中国银联股份有限公司'),
  /** Before the acquirer closes its day, with room for our own calls. */
  undoUntil: hourAndMinute.default('22:30'),
};
type MerchantSettings = z.output<z.ZodObject<typeof merchant>>;

/** As the gateway asks it: sparse, for a browser's payment is told by notification as a rule (5.1.0, 交易状态查询). */
const cadence = {
  queryGaps: ['10s', '30s', '60s', '3m', '5m', '10m'],
  refundGaps: ['10s', '30s', '2m', '10m', '30m', '1h'],
  closeMargin: '2m',
  callsPerSecond: 20,
  callsPerStep: 6,
} as const;

const pageSettings = z.strictObject({
  protocol: z.literal('unionpay'),
  ...merchant,
  returnUrl: httpUrl,
  ...commonSettings({ products: unionpayProducts, ...cadence }),
});

const posSettings = z.strictObject({
  protocol: z.literal('unionpay-pos'),
  ...merchant,
  ...commonSettings({ products: unionpayPosProducts, ...cadence }),
});

/** UnionPay gateway 5.1.0: the payer pays in a browser. */
export const unionpay = defineProtocol({
  protocol: 'unionpay',
  settings: pageSettings,
  create: (settings, place) => create(settings, place, settings.returnUrl),
});

/** Bank-card terminals behind the same gateway: a cashier takes the payment. */
export const unionpayPos = defineProtocol({
  protocol: 'unionpay-pos',
  settings: posSettings,
  create: (settings, place) => create(settings, place, ''),
});

async function create(
  settings: MerchantSettings &
    Pick<z.output<typeof pageSettings> | z.output<typeof posSettings>, 'products' | 'timeout' | 'closeMargin'>,
  { name, notifyUrl, files, clock }: ChannelPlace,
  returnUrl: string,
) {
  const privateKey = await files.read('privateKeyFile', settings.privateKeyFile, readPrivateKey);
  const certificate = await files.read('certificateFile', settings.certificateFile, readCertificate);
  const roots: TrustedRoot[] = [];
  for (const [index, { file, ...validity }] of settings.rootCertificateFiles.entries()) {
    const root = await files.read(`rootCertificateFiles.${index}`, file, readAuthority);
    if (root !== null) roots.push({ certificate: root, ...validity });
  }
  const intermediates: X509Certificate[] = [];
  for (const [index, file] of settings.intermediateCertificateFiles.entries()) {
    const intermediate = await files.read(`intermediateCertificateFiles.${index}`, file, readAuthority);
    if (intermediate !== null) intermediates.push(intermediate);
  }
  const complete =
    roots.length === settings.rootCertificateFiles.length &&
    intermediates.length === settings.intermediateCertificateFiles.length;
  if (privateKey === null || certificate === null || !complete) return null;
  if (!sameKeyPair(privateKey, certificate.publicKey)) {
    files.reject('certificateFile', 'names a certificate of another key than privateKeyFile');
    return null;
  }
  const { gatewayUrl, fileUrl, merId, undoUntil } = settings;
  return unionpayChannel(
    {
      name,
      gatewayUrl,
      fileUrl,
      merId,
      privateKey,
      certId: serialOf(certificate),
      trust: { roots, intermediates, ownerName: settings.channelCertificateName },
      timeoutMs: settings.timeout,
      notifyUrl,
      returnUrl,
      products: [...new Set(settings.products)],
      undoUntil,
      closeMarginMs: settings.closeMargin,
    },
    clock,
  );
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new RangeError('is not a readable certificate');
  }
}

function readAuthority(pem: string): X509Certificate {
  const certificate = readCertificate(pem);
  if (!certificate.ca) throw new RangeError('is not the certificate of an authority');
  return certificate;
}
