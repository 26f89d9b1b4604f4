import React from 'react';
import { Alert } from '@grafana/ui';
import { testIds } from '../../components/testIds';

/** What of the stored settings cannot be used. */
export function SettingsProblems({ problems }: { problems: readonly string[] }) {
  if (problems.length === 0) {
    return null;
  }
  return (
    <Alert
      severity="warning"
      title="Some of the stored settings cannot be used"
      data-testid={testIds.settings.problems}
    >
      <ul>
        {problems.map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
      </ul>
      The rest is in use. Correct them in the provisioning file, or set them below: saving removes what cannot be used.
    </Alert>
  );
}
