import type { ChannelSide } from './channelSide.js';
import { writeKeyPair } from './keyFiles.js';

/** The merchant as the simulator and our own configuration both know it. */
const alipayMerchant = { appId: '2021000000000001', sellerId: '2088000000000001' } as const;

export async function alipaySide(folder: string, simUrl: string): Promise<ChannelSide> {
  const app = await writeKeyPair(folder, 'alipay-app');
  const channel = await writeKeyPair(folder, 'alipay-channel');
  return {
    channels: {
      alipay: {
        protocol: 'alipay',
        gatewayUrl: `${simUrl}/gateway.do`,
        ...alipayMerchant,
        appPrivateKeyFile: app.privateKey,
        channelPublicKeyFiles: [channel.publicKey],
      },
    },
    simEnvironment: {
      SIM_ALIPAY_APP_ID: alipayMerchant.appId,
      SIM_ALIPAY_SELLER_ID: alipayMerchant.sellerId,
      SIM_ALIPAY_PRIVATE_KEY_FILE: channel.privateKey,
      SIM_ALIPAY_APP_PUBLIC_KEY_FILE: app.publicKey,
    },
  };
}
