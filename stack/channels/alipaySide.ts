import type { ChannelSide } from './channelSide.js';
import { writeKeyPair, writeOpen } from './keyFiles.js';

/** The merchants as the simulator and our own configuration both know them. */
const merchant = { appId: '2021000000000001', sellerId: '2088000000000001' } as const;
const lifeMerchant = { appId: '2021000000000002', sellerId: '2088000000000002' } as const;

export async function alipaySide(folder: string, simUrl: string): Promise<ChannelSide> {
  const app = await writeKeyPair(folder, 'alipay-app');
  const lifeApp = await writeKeyPair(folder, 'alipay-life-app');
  const channel = await writeKeyPair(folder, 'alipay-channel');
  const common = {
    protocol: 'alipay',
    gatewayUrl: `${simUrl}/gateway.do`,
    channelPublicKeyFiles: [channel.publicKey],
  };
  const otherMerchants = [{ ...lifeMerchant, appPublicKeyFile: lifeApp.publicKey }];
  return {
    channels: {
      alipay: { ...common, ...merchant, appPrivateKeyFile: app.privateKey },
      'alipay-life': {
        ...common,
        ...lifeMerchant,
        appPrivateKeyFile: lifeApp.privateKey,
        settlement: { account: 'life' },
      },
    },
    simEnvironment: {
      SIM_ALIPAY_APP_ID: merchant.appId,
      SIM_ALIPAY_SELLER_ID: merchant.sellerId,
      SIM_ALIPAY_PRIVATE_KEY_FILE: channel.privateKey,
      SIM_ALIPAY_APP_PUBLIC_KEY_FILE: app.publicKey,
      SIM_ALIPAY_MERCHANTS_FILE: await writeOpen(folder, 'alipay-merchants.json', JSON.stringify(otherMerchants)),
    },
  };
}
