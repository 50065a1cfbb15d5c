/** Makes the link to a workflow in the Temporal UI. */
export type TemporalLink = (workflowId: string) => string;

export function temporalLinks(ui: { url: string; namespace: string }): TemporalLink {
  const base = `${ui.url.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(ui.namespace)}/workflows`;
  return (workflowId) => `${base}/${encodeURIComponent(workflowId)}`;
}
