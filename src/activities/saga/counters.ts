import { metricMeter } from '@temporalio/activity';

/** Business counters, served by the worker beside the SDK's own metrics. Only ever counted, never decided upon. */
export const counters = {
  chargesOpened: counter('charges_opened', '1', 'Charges by channel and result'),
  chargeQueries: counter('charge_queries', '1', 'Answers to queries by channel and outcome'),
  premiumsReceived: counter('premiums_received', '1', 'Premiums received by channel and way they became known'),
  premiumsReceivedFen: counter('premiums_received_fen', 'fen', 'Premium received by channel, fen'),
  policiesIssued: counter('policies_issued', '1', 'Policies issued by the core'),
  policiesRefused: counter('policies_refused', '1', 'Definitive refusals by the core'),
  issueTrouble: counter('issue_trouble', '1', 'Attempts to issue beyond the alert threshold'),
  refunds: counter('refunds', '1', 'Refund answers by channel and result'),
  attentionRaised: counter('attention_raised', '1', 'Cases that began to wait for a person, by reason'),
  deliveryTrouble: counter('delivery_trouble', '1', 'Stored facts the sweep could not deliver yet'),
  strandedMoney: counter('stranded_money', '1', 'Money under charges whose workflows have all ended'),
  channelCalls: counter('channel_calls', '1', 'Calls to channels by channel, call and result'),
  unlistedCodes: counter('channel_unlisted_codes', '1', 'Answers with a code that no table lists, by channel and call'),
  channelPauses: counter('channel_pauses', '1', 'Times a channel asked us to slow down and is left alone for longer'),
  lateMoney: counter('late_money', '1', 'Money received after closing or twice'),
};

/** From the channel's time of payment to the premium recorded, seconds. */
export const receiveDelay = histogram(
  'premium_receive_delay',
  'From the time the channel was paid to the premium recorded',
);

/** How long calls to channels take, seconds, the wait of a channel that asked us to slow down included. */
export const channelLatency = histogram('channel_latency', 'How long calls to channels take, by channel and call');

type Tags = Record<string, string>;

/** The meter belongs to the step under way, so a counter is asked for when it counts; by its name it is always the same. */
function counter(name: string, unit: string, description: string) {
  return {
    /** As Prometheus knows it. */
    metric: `${name}_total`,
    add: (value: number, tags: Tags = {}): void => {
      metricMeter.createCounter(name, unit, description).add(value, tags);
    },
  };
}

function histogram(name: string, description: string) {
  return {
    /** As Prometheus knows it, without the suffixes of a histogram. */
    metric: `${name}_seconds`,
    record: (seconds: number, tags: Tags): void => {
      metricMeter.createHistogram(name, 'float', 'seconds', description).record(seconds, tags);
    },
  };
}
