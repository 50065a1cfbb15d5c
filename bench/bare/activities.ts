/** The steps of a happy payment, doing nothing. */
export const bareActivities = {
  open: () => Promise.resolve('opened'),
  receive: () => Promise.resolve('received'),
  issue: () => Promise.resolve('issued'),
};

export type BareActivities = typeof bareActivities;
