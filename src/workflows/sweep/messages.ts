export const deliverPendingType = 'deliverPending';
