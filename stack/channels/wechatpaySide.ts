import { randomBytes } from 'node:crypto';
import type { ChannelSide } from './channelSide.js';
import { writeKeyPair, writeOpen, writeSecret } from './keyFiles.js';

/** The merchants as the simulator and our own configuration both know them. */
const merchant = { mchId: '1900000001', appId: 'wx0000000000000001' } as const;
const lifeMerchant = { mchId: '1900000002', appId: 'wx0000000000000002' } as const;

/** Two platform keys are believed at once, as while the platform changes its key. */
export async function wechatpaySide(folder: string, simUrl: string): Promise<ChannelSide> {
  const secrets = await writeMerchantSecrets(folder, 'wechatpay');
  const lifeSecrets = await writeMerchantSecrets(folder, 'wechatpay-life');
  const platform = await writeKeyPair(folder, 'wechatpay-platform');
  const next = await writeKeyPair(folder, 'wechatpay-platform-next');
  const platformSerial = serial();
  const nextSerial = `PUB_KEY_ID_${randomBytes(8).toString('hex')}`;
  const common = {
    protocol: 'wechatpay',
    gatewayUrl: simUrl,
    platformKeys: [
      { serial: platformSerial, file: platform.publicKey },
      { serial: nextSerial, file: next.publicKey },
    ],
  };
  const otherMerchants = [{ ...lifeMerchant, ...lifeSecrets.known }];
  return {
    channels: {
      wechatpay: { ...common, ...merchant, ...secrets.ours },
      'wechatpay-life': { ...common, ...lifeMerchant, ...lifeSecrets.ours, settlement: { account: 'life' } },
    },
    simEnvironment: {
      SIM_WECHATPAY_MCHID: merchant.mchId,
      SIM_WECHATPAY_APPID: merchant.appId,
      SIM_WECHATPAY_API_V3_KEY: secrets.apiV3Key,
      SIM_WECHATPAY_MERCHANT_SERIAL: secrets.known.merchantSerial,
      SIM_WECHATPAY_MERCHANT_PUBLIC_KEY_FILE: secrets.known.merchantPublicKeyFile,
      SIM_WECHATPAY_MERCHANTS_FILE: await writeOpen(folder, 'wechatpay-merchants.json', JSON.stringify(otherMerchants)),
      SIM_WECHATPAY_PLATFORM_SERIAL: platformSerial,
      SIM_WECHATPAY_PLATFORM_PRIVATE_KEY_FILE: platform.privateKey,
      SIM_WECHATPAY_PLATFORM_NEXT_SERIAL: nextSerial,
      SIM_WECHATPAY_PLATFORM_NEXT_PRIVATE_KEY_FILE: next.privateKey,
    },
  };
}

/** What a merchant signs and opens notifications with: as our channels file names it, and as the platform knows it. */
async function writeMerchantSecrets(folder: string, name: string) {
  const keys = await writeKeyPair(folder, `${name}-merchant`);
  const apiV3Key = randomBytes(16).toString('hex'); // Thirty-two characters, which is what the platform calls the key.
  const apiV3KeyFile = await writeSecret(folder, `${name}-api-v3.key`, apiV3Key);
  const merchantSerial = serial();
  return {
    apiV3Key,
    ours: { merchantSerial, merchantPrivateKeyFile: keys.privateKey, apiV3KeyFile },
    known: { merchantSerial, merchantPublicKeyFile: keys.publicKey, apiV3KeyFile },
  };
}

/** As a certificate of the platform is numbered: hexadecimal, upper case. */
const serial = (): string => `7${randomBytes(19).toString('hex').toUpperCase()}7`.slice(0, 40);
