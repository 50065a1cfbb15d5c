import { randomBytes } from 'node:crypto';
import type { ChannelSide } from './channelSide.js';
import { writeKeyPair, writeSecret } from './keyFiles.js';

/** The merchant as the simulator and our own configuration both know it. */
const wechatpayMerchant = { mchId: '1900000001', appId: 'wx0000000000000001' } as const;

/** Two platform keys are believed at once, as while the platform changes its key. */
export async function wechatpaySide(folder: string, simUrl: string): Promise<ChannelSide> {
  const merchant = await writeKeyPair(folder, 'wechatpay-merchant');
  const platform = await writeKeyPair(folder, 'wechatpay-platform');
  const next = await writeKeyPair(folder, 'wechatpay-platform-next');
  const merchantSerial = serial();
  const platformSerial = serial();
  const nextSerial = `PUB_KEY_ID_${randomBytes(8).toString('hex')}`;
  const apiV3Key = randomBytes(16).toString('hex'); // Thirty-two characters, which is what the platform calls the key.
  return {
    channels: {
      wechatpay: {
        protocol: 'wechatpay',
        gatewayUrl: simUrl,
        ...wechatpayMerchant,
        merchantSerial,
        merchantPrivateKeyFile: merchant.privateKey,
        apiV3KeyFile: await writeSecret(folder, 'wechatpay-api-v3.key', apiV3Key),
        platformKeys: [
          { serial: platformSerial, file: platform.publicKey },
          { serial: nextSerial, file: next.publicKey },
        ],
      },
    },
    simEnvironment: {
      SIM_WECHATPAY_MCHID: wechatpayMerchant.mchId,
      SIM_WECHATPAY_APPID: wechatpayMerchant.appId,
      SIM_WECHATPAY_API_V3_KEY: apiV3Key,
      SIM_WECHATPAY_MERCHANT_SERIAL: merchantSerial,
      SIM_WECHATPAY_MERCHANT_PUBLIC_KEY_FILE: merchant.publicKey,
      SIM_WECHATPAY_PLATFORM_SERIAL: platformSerial,
      SIM_WECHATPAY_PLATFORM_PRIVATE_KEY_FILE: platform.privateKey,
      SIM_WECHATPAY_PLATFORM_NEXT_SERIAL: nextSerial,
      SIM_WECHATPAY_PLATFORM_NEXT_PRIVATE_KEY_FILE: next.privateKey,
    },
  };
}

/** As a certificate of the platform is numbered: hexadecimal, upper case. */
const serial = (): string => `7${randomBytes(19).toString('hex').toUpperCase()}7`.slice(0, 40);
