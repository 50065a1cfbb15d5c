import { createHash } from 'node:crypto';

/** A message of the gateway, whichever way it goes. */
export type Message = Readonly<Record<string, string>>;

/** A form as a merchant or a browser sends it; undefined when a name comes twice. */
export function readForm(body: string): Message | undefined {
  const pairs = [...new URLSearchParams(body)];
  const message = Object.fromEntries(pairs);
  return Object.keys(message).length === pairs.length ? message : undefined;
}

/** How the gateway answers a server: plain pairs, nothing URL-encoded. */
export function plainText(message: Message): string {
  return Object.keys(message)
    .map((name) => `${name}=${message[name] ?? ''}`)
    .join('&');
}

export function formText(message: Message): string {
  return new URLSearchParams(message).toString();
}

/** What is signed (5.1.0): the hexadecimal SHA-256 of all fields that are not empty, by name, without the signature. */
export function digest(message: Message): string {
  const names = Object.keys(message)
    .filter((name) => name !== 'signature' && message[name] !== '')
    .sort();
  const base = names.map((name) => `${name}=${message[name] ?? ''}`).join('&');
  return createHash('sha256').update(base, 'utf8').digest('hex');
}
