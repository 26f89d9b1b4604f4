/** The label that all rules on flows carry, those made by hand included: by it the Alerts page knows them. */
export const RULE_LABEL = { app: 'netobserv-flows' } as const;

/** Title of the folder in Grafana that the rules are in. */
export const RULE_FOLDER = 'Network Observability';

/** Evaluation group of the rules that people make; those of provisioned groups cannot be changed. */
export const OWN_RULES_GROUP = 'Made from views';

/** Annotations that rules on flows carry: what happened, what it means, what to do, and where the flows are. */
export const RULE_ANNOTATIONS = ['summary', 'description', 'runbook', 'flows'] as const;
