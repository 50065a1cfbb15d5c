import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { channelLatency, counters, receiveDelay } from '../../src/activities/saga/counters.js';
import { createApiMetrics } from '../../src/api/http/metrics.js';

interface Rule {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(text('config/prometheus-alerts.yaml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);

/** What the processes export; of Temporal's own numbers those the rules use. */
const exported = new Set([
  ...Object.values(counters).map(({ metric }) => metric),
  ...[receiveDelay, channelLatency].map(({ metric }) => `${metric}_bucket`),
  ...createApiMetrics()
    .registry.getMetricsAsArray()
    .flatMap(({ name, type }) => (String(type) === 'histogram' ? [`${name}_bucket`] : [name])),
  'temporal_workflow_task_execution_failed_total',
  'up',
]);

const words = new Set([
  'increase',
  'rate',
  'sum',
  'min',
  'by',
  'histogram_quantile',
  'channel',
  'call',
  'le',
  'm',
  'h',
]);

/** Names of metrics in an expression: every word that is no function, no label and not in quotes. */
const metricsIn = (expr: string): string[] =>
  (expr.replaceAll(/\{[^}]*\}|\[[^\]]*\]/g, ' ').match(/[a-z_]{2,}/g) ?? []).filter((word) => !words.has(word));

describe('alerts', () => {
  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s watches numbers that exist', (_name, rule) => {
    const used = metricsIn(rule.expr);
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((metric) => !exported.has(metric))).toEqual([]);
  });

  it.each(rules.map((rule) => [rule.alert, rule] as const))('%s says how bad it is and what to do', (_name, rule) => {
    expect(['page', 'ticket', 'info']).toContain(rule.labels.severity);
    expect(rule.annotations.summary.length).toBeGreaterThan(10);
    const [file = '', anchor = ''] = rule.annotations.runbook.split('#');
    const anchors = [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors).toContain(anchor);
  });

  it('cover everything of ours that counts trouble', () => {
    const watched = rules.flatMap(({ expr }) => metricsIn(expr));
    const { attentionRaised, strandedMoney, deliveryTrouble, issueTrouble, unlistedCodes, channelPauses } = counters;
    for (const { metric } of [
      attentionRaised,
      strandedMoney,
      deliveryTrouble,
      issueTrouble,
      unlistedCodes,
      channelPauses,
    ]) {
      expect(watched).toContain(metric);
    }
  });
});
