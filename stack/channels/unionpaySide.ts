import { issueCertificates } from './certificates.js';
import type { ChannelSide } from './channelFiles.js';
import { writeOpen, writeSecret } from './keyFiles.js';

/** The merchants as the simulator and our own configuration both know them. */
export const unionpayMerchants = { gateway: '777290058100001', pos: '777290058200002' } as const;
const channelName = 'Simulated UnionPay';

/** One acquirer for the gateway and for the terminals, with one certificate of ours for both. */
export async function unionpaySide(folder: string, simUrl: string): Promise<ChannelSide> {
  const { root, issued } = await issueCertificates('Simulated certificate authority', {
    channel: channelName,
    merchant: 'Premium payments',
  });
  const files = {
    root: await writeOpen(folder, 'unionpay-root.pem', root),
    channelCertificate: await writeOpen(folder, 'unionpay-channel.pem', issued.channel.certificate),
    channelPrivateKey: await writeSecret(folder, 'unionpay-channel-private.pem', issued.channel.privateKey),
    merchantCertificate: await writeOpen(folder, 'unionpay-merchant.pem', issued.merchant.certificate),
    merchantPrivateKey: await writeSecret(folder, 'unionpay-merchant-private.pem', issued.merchant.privateKey),
  };
  const acquirer = {
    gatewayUrl: `${simUrl}/gateway/api/`,
    fileUrl: `${simUrl}/`,
    certificateFile: files.merchantCertificate,
    privateKeyFile: files.merchantPrivateKey,
    rootCertificateFiles: [files.root],
    channelCertificateName: channelName,
  };
  return {
    channels: {
      unionpay: { protocol: 'unionpay', merId: unionpayMerchants.gateway, ...acquirer },
      pos: { protocol: 'unionpay-pos', merId: unionpayMerchants.pos, ...acquirer },
    },
    simEnvironment: {
      SIM_UNIONPAY_MER_ID: unionpayMerchants.gateway,
      SIM_UNIONPAY_POS_MER_ID: unionpayMerchants.pos,
      SIM_UNIONPAY_CERTIFICATE_FILE: files.channelCertificate,
      SIM_UNIONPAY_PRIVATE_KEY_FILE: files.channelPrivateKey,
      SIM_UNIONPAY_MERCHANT_CERTIFICATE_FILE: files.merchantCertificate,
    },
  };
}
