/** The rule for one kind of number. */
export interface NumberRule {
  /** The channel's name of the field that makes a repeat harmless. */
  field: string;
  /** What the channel accepts in it, length and alphabet. */
  pattern: RegExp;
}

export interface ChannelNumbers {
  charge: NumberRule;
  refund: NumberRule;
}
