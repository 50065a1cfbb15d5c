import { expect, it } from 'vitest';
import { aReview } from '../../records/examples.js';
import { apiWithWorker } from '../hosted.js';

const { api } = apiWithWorker();

it('a review whose workflow was ended from outside takes no decision, says why, and stays in the queue', async () => {
  const review = aReview({ paymentId: 'Pended0001', workflowId: 'payment/Pended0001' });
  const { reviewId } = review;
  await api.records.reviews.record([{ kind: 'raised', review }]);
  const answer = await api.call('POST', `/v1/reviews/${reviewId}/decision`, {
    as: 'ops',
    body: { decision: 'recheck', reason: 'confirmed by telephone' },
  });
  expect(answer).toMatchObject({
    status: 409,
    body: {
      type: '/problems/resolution-rejected',
      detail: expect.stringContaining('its workflow has ended') as string,
    },
  });
  const { body } = await api.call('GET', '/v1/reviews', { as: 'ops' });
  expect(body['reviews']).toMatchObject([{ reviewId }]);
});
