import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';

/** The merchant as the Alipay simulator and our own configuration both know it. */
export const merchant = { appId: '2021000000000001', sellerId: '2088000000000001' } as const;

/** Settings of the channels file that a demo or a test shortens or changes; all as that file writes them. */
export interface ChannelSettings {
  readonly alipay?: {
    readonly queryGaps?: readonly string[];
    readonly refundGaps?: readonly string[];
    readonly closeMargin?: string;
    readonly timeout?: string;
  };
  readonly policies?: {
    readonly default?: Readonly<Record<string, string>>;
    readonly products?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
}

export interface ChannelFiles {
  readonly channelsConfig: string;
  /** What the simulator signs with. */
  readonly channelPrivateKey: string;
  /** What the simulator checks our requests with. */
  readonly appPublicKey: string;
}

/**
 * Writes fresh keys for both sides and a channels file into `folder`: Alipay is the simulator at `gatewayUrl`, and
 * callbacks come to `apiUrl`.
 */
export async function writeChannelFiles(
  folder: string,
  { apiUrl, gatewayUrl, settings }: { apiUrl: string; gatewayUrl: string; settings: ChannelSettings },
): Promise<ChannelFiles> {
  const app = await writeKeyPair(folder, 'alipay-app');
  const channel = await writeKeyPair(folder, 'alipay-channel');
  const channelsConfig = path.join(folder, 'channels.yaml');
  const document = {
    notifyBaseUrl: apiUrl,
    channels: {
      alipay: {
        protocol: 'alipay',
        gatewayUrl,
        ...merchant,
        appPrivateKeyFile: path.basename(app.privateKey),
        channelPublicKeyFiles: [path.basename(channel.publicKey)],
        ...settings.alipay,
      },
    },
    policies: settings.policies ?? {},
  };
  await writeFile(channelsConfig, stringify(document));
  return { channelsConfig, channelPrivateKey: channel.privateKey, appPublicKey: app.publicKey };
}

async function writeKeyPair(folder: string, name: string): Promise<{ privateKey: string; publicKey: string }> {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const privateKey = path.join(folder, `${name}-private.pem`);
  const publicKey = path.join(folder, `${name}-public.pem`);
  await writeFile(privateKey, pair.privateKey, { mode: 0o600 });
  await writeFile(publicKey, pair.publicKey);
  return { privateKey, publicKey };
}
