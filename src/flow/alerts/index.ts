/** Alert rules on flows: what they carry, how they speak, and what Grafana's editor opens with. */
export { OWN_RULES_GROUP, RULE_ANNOTATIONS, RULE_FOLDER, RULE_LABEL } from './labels';
export {
  flowTableSearch,
  flowTableTemplate,
  labelFilter,
  labelText,
  literalText,
  plainText,
  valueText,
  workloadText,
  type LabelFilter,
} from './template';
export { filtersText, objectsText, suggestedThreshold, windowText } from './words';
export { ruleDefaults, type RuleDefaults, type RuleDraft, type RuleFolder } from './defaults';
