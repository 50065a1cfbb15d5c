import { AlipayRequestError, AlipaySdk } from 'alipay-sdk';
import type { AlipaySdkConfig } from 'alipay-sdk';
import { ownCodes } from '../channel.js';
import { toBeijingTime } from './beijingTime.js';
import type { AlipaySettings } from './settings.js';

/** What came back over HTTP, before anything in it is believed. `body` is null when nothing came back. */
export type Exchange = { kind: 'answered'; body: string } | { kind: 'failed'; code: string; body: string | null };

export type BusinessParameters = Readonly<
  Record<string, string | readonly string[] | readonly Readonly<Record<string, string>>[]>
>;

export interface Gateway {
  /** One signed call, given up after the configured timeout. Never throws on what the other side does. */
  call(method: string, parameters: BusinessParameters, options?: { notify: boolean }): Promise<Exchange>;
  /** The signed URL of a page call; nothing is sent. */
  pageUrl(method: string, parameters: BusinessParameters): string;
}

/**
 * Leaves the answer's text for us to check. The SDK's own check would lose the code of an unsigned `error_response` to a
 * bare TypeError, knows a single channel key, and returns an object other than the characters it verified.
 */
class RecordingSdk extends AlipaySdk {
  receivedBody: string | null = null;

  override checkResponseSign(body: string): void {
    this.receivedBody = body;
  }
}

/**
 * The wire of Alipay OpenAPI v2 by way of alipay-sdk. The SDK's HTTP client repeats a request once by itself when the
 * connection breaks under it; the repeat is the same request byte for byte, which every call here allows.
 */
export function alipayGateway(settings: { config: AlipaySettings; appPrivateKey: string; now: () => Date }): Gateway {
  const { config } = settings;
  const sdkConfig = (): AlipaySdkConfig => ({
    appId: config.appId,
    privateKey: settings.appPrivateKey,
    keyType: 'PKCS8',
    gateway: config.gatewayUrl,
    timeout: config.timeoutMs,
    camelcase: false,
  });
  // Left to itself the SDK writes the time of the process's own zone.
  const timestamp = (): string => toBeijingTime(settings.now().toISOString());

  return {
    async call(method, parameters, { notify } = { notify: false }) {
      const sdk = new RecordingSdk(sdkConfig()); // One per call: it holds that call's answer.
      const request = {
        timestamp: timestamp(),
        ...(notify ? { notify_url: config.notifyUrl } : {}),
        bizContent: parameters,
      };
      try {
        // The SDK's timeout starts again with every piece of an answer; this one does not.
        await withDeadline(sdk.exec(method, request, { validateSign: true }), config.timeoutMs);
      } catch (error) {
        // After the text was handed over, what the SDK thinks of it does not matter.
        if (sdk.receivedBody === null) return failure(error);
      }
      return sdk.receivedBody === null
        ? { kind: 'failed', code: ownCodes.unreadable, body: null }
        : { kind: 'answered', body: sdk.receivedBody };
    },
    pageUrl(method, parameters) {
      return new AlipaySdk(sdkConfig()).pageExec(method, 'GET', {
        timestamp: timestamp(),
        notify_url: config.notifyUrl,
        // Absent, never empty: the SDK signs empty parameters and the gateway leaves them out.
        ...(config.returnUrl === null ? {} : { return_url: config.returnUrl }),
        bizContent: parameters,
      });
    },
  };
}

class DeadlinePassed extends Error {}

async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DeadlinePassed());
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function failure(error: unknown): Exchange {
  if (error instanceof DeadlinePassed) return { kind: 'failed', code: ownCodes.timeout, body: null };
  if (!(error instanceof AlipayRequestError)) return { kind: 'failed', code: ownCodes.unreadable, body: null };
  if (error.responseDataRaw === undefined) {
    const timedOut = error.cause instanceof Error && /timeout/i.test(error.cause.name);
    return { kind: 'failed', code: timedOut ? ownCodes.timeout : ownCodes.connectionFailed, body: null };
  }
  const [, status] = /status: (\d{3})/.exec(error.message) ?? [];
  const code = status === undefined ? ownCodes.unreadable : `${ownCodes.http}${status}`;
  return { kind: 'failed', code, body: error.responseDataRaw };
}
