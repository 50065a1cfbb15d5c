/** What a call is answered with before it is signed. */
export type Answer = { readonly status: number; readonly content: object | null };

export const ok = (content: object): Answer => ({ status: 200, content });
export const noContent: Answer = { status: 204, content: null };

/** WeChat Pay API v3: 错误信息 — a stable code, and a message for people. */
export const failure = (status: number, code: string, message = code): Answer => ({
  status,
  content: { code, message, detail: {} },
});
