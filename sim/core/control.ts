import { Router, json } from 'express';
import { faultRoutes } from '../shared/faultRoutes.js';
import { coreFault } from './faults.js';
import type { Core } from './policies.js';
import type { Case } from './policyBook.js';

/** What people and tests use to see the policies and to order trouble; `sim/README.md` lists it. */
export function controlRoutes({ book, faults }: Core): Router {
  const router = Router();
  router.use(json());
  router.use(faultRoutes(faults, coreFault));
  router.get('/policies', (_req, res) => {
    res.json({
      policies: book
        .all()
        .filter(({ policy }) => policy !== undefined)
        .map(caseView),
    });
  });
  router.get('/payments/:paymentId', (req, res) => {
    res.json(caseView(book.caseOf(req.params.paymentId)));
  });
  router.post('/reset', (_req, res) => {
    book.clear();
    faults.clear();
    res.status(204).end();
  });
  return router;
}

function caseView({ paymentId, policy, refusal, issueCalls, queryCalls }: Case) {
  return {
    paymentId,
    policyNo: policy?.policyNo ?? null,
    premiumFen: policy?.request.amountFen ?? 0,
    issuedAt: policy?.issuedAt ?? null,
    cancelled: policy?.cancelled ?? false,
    refusal: refusal ?? null,
    issueCalls,
    queryCalls,
  };
}
