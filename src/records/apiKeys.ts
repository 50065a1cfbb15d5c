export const roles = ['core', 'finance', 'ops', 'auditor'] as const;
export type Role = (typeof roles)[number];

/** A caller's key. Only the SHA-256 of the secret is stored: the secret has 256 random bits, so nothing slower is needed. */
export interface ApiKeyRecord {
  keyId: string;
  name: string;
  roles: readonly Role[];
  secretSha256: string;
  /** ISO-8601 UTC. */
  createdAt: string;
  revokedAt: string | null;
}

export interface ApiKeys {
  add(key: Omit<ApiKeyRecord, 'revokedAt'>): Promise<void>;
  /** Null for an unknown or revoked key. */
  findBySecret(secretSha256: string): Promise<ApiKeyRecord | null>;
  list(): Promise<ApiKeyRecord[]>;
  /** Safe to repeat. False when there is no such key. */
  revoke(keyId: string, at: string): Promise<boolean>;
}
