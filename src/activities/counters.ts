import { metricMeter } from '@temporalio/activity';

/** Business counters, served by the worker beside the SDK's own metrics. Only ever counted, never decided upon. */
export const counters = {
  chargesOpened: metricMeter.createCounter('charges_opened', '1', 'Charges by channel and result'),
  chargeQueries: metricMeter.createCounter('charge_queries', '1', 'Answers to queries by channel and outcome'),
  premiumsReceived: metricMeter.createCounter(
    'premiums_received',
    '1',
    'Premiums received by channel and way they became known',
  ),
  premiumsReceivedFen: metricMeter.createCounter('premiums_received_fen', 'fen', 'Premium received by channel, fen'),
  policiesIssued: metricMeter.createCounter('policies_issued', '1', 'Policies issued by the core'),
  policiesRefused: metricMeter.createCounter('policies_refused', '1', 'Definitive refusals by the core'),
  issueTrouble: metricMeter.createCounter('issue_trouble', '1', 'Attempts to issue beyond the alert threshold'),
  refunds: metricMeter.createCounter('refunds', '1', 'Refund answers by channel and result'),
  attentionRaised: metricMeter.createCounter(
    'attention_raised',
    '1',
    'Cases that began to wait for a person, by reason',
  ),
  lateMoney: metricMeter.createCounter('late_money', '1', 'Money received after closing or twice'),
};

/** From the channel's time of payment to the premium recorded, seconds. */
export const receiveDelay = metricMeter.createHistogram(
  'premium_receive_delay_seconds',
  'float',
  's',
  'From the time the channel was paid to the premium recorded',
);
