import { awayFromTurn } from './dayTurn.js';
import type { Method } from './methods.js';
import type { Story } from './story.js';

/** One thing that happens to payments in life, and how it must end. */
export interface Scenario {
  readonly name: string;
  /** Played with every product, not only with each channel's main one. */
  readonly everyProduct?: true;
  /** Methods it cannot happen with are left out. */
  readonly fits?: (method: Method) => boolean;
  /** The end, word for word as `play` has to report it. */
  readonly expected: string;
  /** Lets it happen, and reports the end as API, channel and core then show it. */
  readonly play: (payment: Story) => Promise<string>;
}

export interface Played {
  readonly channel: string;
  readonly product: string;
  readonly scenario: string;
  readonly expected: string;
  readonly actual: string;
  readonly ok: boolean;
  readonly paymentId: string;
  /** Into the Temporal UI. */
  readonly link: string;
}

/** Longer than any story takes from the payer's payment until the money goes back. */
const roomMs = 60_000;

/** Plays a scenario; whatever goes wrong in it is its end. */
export async function play({ name, expected, play: act }: Scenario, story: Story): Promise<Played> {
  await awayFromTurn(story.method, roomMs);
  const actual = await act(story).catch((error: unknown) => `failed: ${error instanceof Error ? error.message : '?'}`);
  const { paymentId, method } = story;
  const { channel, product } = method;
  const link = await story.seen().then(
    ({ links }) => links.temporal,
    () => '',
  );
  return { channel, product, scenario: name, expected, actual, ok: actual === expected, paymentId, link };
}
