import type { Observation } from './observation';

/**
 * The MPLS labels of a record, the top one first: those of a sampled frame, or of IE 70 to 79, which have a section
 * of the stack each. What stands behind the bottom of the stack, or is all zeros, is only room in the template.
 * @returns undefined where there are none.
 */
export function labelsOf(said: Observation): number[] | undefined {
  if (said.mplsLabels !== undefined) {
    return [...said.mplsLabels];
  }
  return said.label1 === undefined ? undefined : fromSections(said);
}

function fromSections(said: Observation): number[] | undefined {
  const { label1, label2, label3, label4, label5, label6, label7, label8, label9, label10 } = said;
  const labels: number[] = [];
  for (const section of [label1, label2, label3, label4, label5, label6, label7, label8, label9, label10]) {
    if (!section) {
      break;
    }
    labels.push(section >>> 4);
    if ((section & 1) !== 0) {
      break;
    }
  }
  return labels.length === 0 ? undefined : labels;
}
