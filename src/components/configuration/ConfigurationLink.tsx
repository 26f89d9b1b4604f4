import React, { type ReactNode } from 'react';
import { locationUtil } from '@grafana/data';
import { LinkButton, TextLink } from '@grafana/ui';
import { CONFIG_URL } from '../../constants';
import { mayChangeSettings } from '../../data/saveSettings';

interface Props {
  /** What leads there; the page and its connection test by name where left out. */
  children?: string;
  /** What stands in its place for whoever may not change the app's settings; whom to ask for the test where left out. */
  otherwise?: ReactNode;
  /** A button among others instead of a link in a text. */
  button?: boolean;
}

const TEST = 'Configuration and connection test';
const ASK = 'Ask an administrator to test the connection on the app’s configuration page.';

/**
 * The way to the app's configuration page. Grafana shows that page to nobody but who may change the app's settings: others
 * are told whom to ask.
 */
export function ConfigurationLink({ children = TEST, otherwise = ASK, button = false }: Props) {
  if (!mayChangeSettings()) {
    return <span>{otherwise}</span>;
  }
  return button ? (
    <LinkButton variant="secondary" href={locationUtil.assureBaseUrl(CONFIG_URL)}>
      {children}
    </LinkButton>
  ) : (
    <TextLink href={CONFIG_URL}>{children}</TextLink>
  );
}
