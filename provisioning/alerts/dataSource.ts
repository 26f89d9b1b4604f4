/** The Loki data source that is provisioned beside the rules (provisioning/datasources). */
export const LOKI_UID = 'netobserv-loki';
