import { createDecipheriv } from 'node:crypto';

const tagBytes = 16;

/**
 * AEAD_AES_256_GCM with the API v3 key (WeChat Pay API v3: 证书和回调报文解密): the tag is the last sixteen bytes. Null when
 * the text was not made with this key and exactly this associated data.
 */
export function decrypt(
  apiV3Key: Buffer,
  sealed: { ciphertext: string; nonce: string; associatedData: string },
): string | null {
  try {
    const bytes = Buffer.from(sealed.ciphertext, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', apiV3Key, Buffer.from(sealed.nonce, 'utf8'), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(sealed.associatedData, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const opened = Buffer.concat([decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()]);
    return new TextDecoder('utf-8', { fatal: true }).decode(opened);
  } catch {
    return null;
  }
}
