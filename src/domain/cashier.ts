/** What the payer needs in order to pay. */
export type Cashier =
  /** Text to show as a QR code. */
  | { kind: 'qr'; code: string }
  /** Send the payer's browser here. */
  | { kind: 'redirect'; url: string }
  /** Post these fields from the payer's browser. */
  | { kind: 'form'; action: string; fields: Record<string, string> }
  /** Hand these parameters to the channel's script in the payer's app. */
  | { kind: 'script'; parameters: Record<string, string> }
  /** A cashier takes the payment at this terminal. */
  | { kind: 'terminal'; terminalId: string; orderNo: string };
