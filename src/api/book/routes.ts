import { endpoint } from '../deps.js';
import { asCsv, coinsuranceStatementOf } from './coinsurance.js';
import { coinsuranceStatement, coinsuranceStatementQuery } from './coinsuranceSchema.js';
import { listJournals, trialBalanceOf } from './ledger.js';
import { chart, journalPage, listJournalsQuery, trialBalance, trialBalanceQuery } from './ledgerSchema.js';
import { expectedOn } from './settlements.js';
import { expectedSettlements, expectedSettlementsQuery } from './settlementSchema.js';

const readers = ['finance', 'auditor'] as const;

export const bookEndpoints = [
  endpoint({
    method: 'get',
    path: '/ledger/accounts',
    id: 'readChart',
    tag: 'finance',
    summary: 'The chart of accounts',
    says: 'What each kind of account is called, and on which side it grows.',
    roles: readers,
    answers: { 200: { says: 'All of them.', schema: chart } },
    problems: [],
    handle: ({ deps }) => ({ body: { accounts: deps.chart.map((line) => ({ ...line })) } }),
  }),
  endpoint({
    method: 'get',
    path: '/ledger/journals',
    id: 'listJournals',
    tag: 'finance',
    summary: 'List the journals of a day',
    says: 'By their numbers. Each carries the hash of the one before.',
    roles: readers,
    query: listJournalsQuery,
    answers: { 200: { says: 'One page.', schema: journalPage } },
    problems: ['validation'],
    async handle({ deps, query: { account, cursor, ...page } }) {
      const wanted = { ...page, cursor: cursor ?? null, ...(account === undefined ? {} : { account }) };
      return { body: await listJournals(deps, wanted) };
    },
  }),
  endpoint({
    method: 'get',
    path: '/ledger/trial-balance',
    id: 'readLedger',
    tag: 'finance',
    summary: 'Trial balance at the end of a day',
    says: 'Every account that has moved so far; all debits and all credits agree.',
    roles: readers,
    query: trialBalanceQuery,
    answers: { 200: { says: 'The balance.', schema: trialBalance } },
    problems: ['validation'],
    handle: async ({ deps, query: { date } }) => ({ body: await trialBalanceOf(deps, date) }),
  }),
  endpoint({
    method: 'get',
    path: '/settlements/expected',
    id: 'readExpectedSettlements',
    tag: 'finance',
    summary: 'What should arrive from the channels on a day',
    says: 'By channel and account, and each amount; before the channels’ fees.',
    roles: readers,
    query: expectedSettlementsQuery,
    answers: { 200: { says: 'Sums, and one page of amounts.', schema: expectedSettlements } },
    problems: ['validation'],
    handle: async ({ deps, query }) => ({ body: await expectedOn(deps, query) }),
  }),
  endpoint({
    method: 'get',
    path: '/coinsurance/statements',
    id: 'readCoinsurance',
    tag: 'finance',
    summary: 'A follower’s statement',
    says: 'Its shares of policies issued and of refunds, less the lead’s fee, as the journals have them. `format=csv` gives the same lines as CSV.',
    roles: readers,
    query: coinsuranceStatementQuery,
    answers: { 200: { says: 'Lines and totals.', schema: coinsuranceStatement } },
    problems: ['validation'],
    async handle({ deps, query: { format, ...wanted } }) {
      const statement = await coinsuranceStatementOf(deps, wanted);
      if (format === 'json') return { body: statement };
      return { contentType: 'text/csv; charset=utf-8', text: asCsv(statement) };
    },
  }),
];
