import { Router } from 'express';
import type { ZodType } from 'zod';
import { ControlError } from './controlError.js';
import type { FaultList, FaultRule } from './faultList.js';

/** The part of the control API that every simulator has: set, list and remove faults. Mounted under `/control`. */
export function faultRoutes<Rule extends FaultRule, Occasion>(
  faults: FaultList<Rule, Occasion>,
  ruleSchema: ZodType<Rule>,
): Router {
  const router = Router();
  router.post('/faults', (req, res) => {
    res.status(201).json(faults.add(ruleSchema.parse(req.body)));
  });
  router.get('/faults', (_req, res) => {
    res.json({ faults: faults.all() });
  });
  router.delete('/faults', (_req, res) => {
    faults.clear();
    res.status(204).end();
  });
  router.delete('/faults/:id', (req, res) => {
    if (!faults.remove(req.params.id)) throw new ControlError(404, 'unknownFault', `no fault ${req.params.id} stands`);
    res.status(204).end();
  });
  return router;
}
