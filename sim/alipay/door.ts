import { illegalParameter, missingParameter } from './answers.js';
import type { Answer } from './answers.js';
import { fromBeijingTime } from './beijingTime.js';
import type { Channel } from './channel.js';
import { MINUTE_MS } from './content.js';
import type { Merchant } from './merchant.js';
import { isSignedText, requestBaseString } from './signature.js';
import type { Parameters } from './signature.js';

const CLOCK_DIFFERENCE_MAX_MS = 10 * MINUTE_MS;

/** Who is at the door, or why it stays closed. */
export type Admission =
  { readonly kind: 'admitted'; readonly caller: Merchant } | { readonly kind: 'turnedAway'; readonly answer: Answer };

/** Looks at who signed a request before its method is looked at. */
export function admit({ merchants, now }: Channel, parameters: Parameters): Admission {
  const { app_id: appId, method, sign, sign_type: signType, timestamp, version, charset } = parameters;
  if (!method) return turnedAway(missingParameter('isv.missing-method', '缺少方法名参数'));
  if (!appId) return turnedAway(missingParameter('isv.missing-app-id', '缺少appId参数'));
  if (!sign) return turnedAway(missingParameter('isv.missing-signature', '缺少签名参数'));
  if (!signType) return turnedAway(missingParameter('isv.missing-signature-type', '缺少签名类型参数'));
  if (!timestamp) return turnedAway(missingParameter('isv.missing-timestamp', '缺少时间戳参数'));
  if (!version) return turnedAway(missingParameter('isv.missing-version', '缺少版本参数'));
  const caller = merchants.find((merchant) => merchant.appId === appId);
  if (caller === undefined) return turnedAway(illegalParameter('isv.invalid-app-id', '无效的appId参数'));
  if (signType !== 'RSA2') return turnedAway(illegalParameter('isv.invalid-signature-type', '无效的签名类型'));
  if (charset?.toLowerCase() !== 'utf-8') return turnedAway(illegalParameter('isv.invalid-charset', '字符集错误'));
  if (!isSignedText(requestBaseString(parameters), sign, caller.appPublicKey)) {
    return turnedAway(illegalParameter('isv.invalid-signature', '无效签名'));
  }
  const sentAt = fromBeijingTime(timestamp);
  const isInTime = sentAt !== undefined && Math.abs(sentAt.getTime() - now().getTime()) <= CLOCK_DIFFERENCE_MAX_MS;
  return isInTime
    ? { kind: 'admitted', caller }
    : turnedAway(illegalParameter('isv.invalid-timestamp', '非法的时间戳参数'));
}

const turnedAway = (answer: Answer): Admission => ({ kind: 'turnedAway', answer });
