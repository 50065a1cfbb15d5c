import { createCipheriv, randomBytes } from 'node:crypto';

export type Sealed = {
  readonly algorithm: 'AEAD_AES_256_GCM';
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data: string;
};

/** Encrypts the content of a notification; with `falsely` the associated data named is not the one it was made with. */
export function seal(content: string, how: { apiV3Key: string; associatedData: string; falsely?: boolean }): Sealed {
  const nonce = randomBytes(6).toString('hex'); // Twelve characters, whose bytes are the initialisation vector.
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(how.apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(how.associatedData));
  const bytes = Buffer.concat([cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const named = how.falsely === true ? `${how.associatedData}-other` : how.associatedData;
  return { algorithm: 'AEAD_AES_256_GCM', ciphertext: bytes.toString('base64'), nonce, associated_data: named };
}
