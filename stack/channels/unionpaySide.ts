import { certificatePem, issue, privateKeyPem } from './certificates.js';
import type { ChannelSide } from './channelSide.js';
import { writeOpen, writeSecret } from './keyFiles.js';

/** The merchants as the simulator and our own configuration both know them: one paid in browsers, one at terminals. */
const merchants = { merId: '777290058110048', posMerId: '777290058110097' } as const;
const ownerName = '中国银联股份有限公司';

/** One gateway, two channels: pages for browsers, and terminals. */
export async function unionpaySide(folder: string, simUrl: string): Promise<ChannelSide> {
  const authority = await issue('CN=CFCA ACS TEST OCA33, O=Simulated Authority, C=CN');
  const gateway = await issue(`CN=041@Z12@${ownerName}@00000001, OU=Simulated, O=Simulated Authority, C=CN`, authority);
  const merchant = await issue('CN=041@Z2026@premium-payments@00000002, O=Simulated Authority, C=CN', authority);
  const rootFile = await writeOpen(folder, 'unionpay-root.pem', certificatePem(authority));
  const certificateFile = await writeOpen(folder, 'unionpay-merchant.pem', certificatePem(merchant));
  const common = {
    gatewayUrl: `${simUrl}/gateway/api/`,
    fileUrl: `${simUrl}/filedownload/`,
    certificateFile,
    privateKeyFile: await writeSecret(folder, 'unionpay-merchant-private.pem', await privateKeyPem(merchant)),
    rootCertificateFiles: [rootFile],
    channelCertificateName: ownerName,
    // Whatever the hour at which somebody tries it: a payment is undone while its day lasts.
    undoUntil: '24:00',
  };
  return {
    channels: {
      unionpay: {
        protocol: 'unionpay',
        merId: merchants.merId,
        returnUrl: 'https://www.example.com/paid',
        ...common,
      },
      pos: { protocol: 'unionpay-pos', merId: merchants.posMerId, ...common },
    },
    simEnvironment: {
      SIM_UNIONPAY_MER_ID: merchants.merId,
      SIM_UNIONPAY_POS_MER_ID: merchants.posMerId,
      SIM_UNIONPAY_MERCHANT_CERTIFICATE_FILE: certificateFile,
      SIM_UNIONPAY_CERTIFICATE_FILE: await writeOpen(folder, 'unionpay-gateway.pem', certificatePem(gateway)),
      SIM_UNIONPAY_PRIVATE_KEY_FILE: await writeSecret(
        folder,
        'unionpay-gateway-private.pem',
        await privateKeyPem(gateway),
      ),
    },
  };
}
