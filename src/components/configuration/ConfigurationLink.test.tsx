import React from 'react';
import { render, screen } from '@testing-library/react';
import { MemoryRouter } from 'react-router-dom';
import { permit } from '../../data/permit.fixture';
import { serveFrom } from '../subPath.fixture';
import { ConfigurationLink } from './ConfigurationLink';

const CONFIGURATION = '/plugins/netobserv-flows-app?page=configuration';

const show = (link: React.ReactElement) => render(<MemoryRouter>{link}</MemoryRouter>);

afterEach(() => serveFrom(''));

describe('the way to the configuration page', () => {
  it('is a link for whoever may change the app’s settings', () => {
    permit({ 'plugins:write': true }, 'Viewer');
    show(<ConfigurationLink />);
    expect(screen.getByRole('link', { name: 'Configuration and connection test' })).toHaveAttribute(
      'href',
      CONFIGURATION
    );
  });

  it.each([
    ['a viewer', {}, 'Viewer'],
    ['an administrator without the permission', { 'plugins:write': false }, 'Admin'],
  ])('is whom to ask for %s', (_, permissions, role) => {
    permit(permissions, role);
    const { container } = show(<ConfigurationLink button />);
    expect(container).toHaveTextContent('Ask an administrator to test the connection');
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('takes other words, for both', () => {
    permit({}, 'Admin');
    const link = <ConfigurationLink otherwise="the settings">settings</ConfigurationLink>;
    const { unmount } = show(link);
    expect(screen.getByRole('link', { name: 'settings' })).toBeInTheDocument();
    unmount();
    permit({}, 'Viewer');
    expect(show(link).container).toHaveTextContent(/^the settings$/);
  });

  it('is a button that a new tab opens below Grafana’s sub path too', () => {
    permit({}, 'Admin');
    serveFrom('/grafana');
    show(<ConfigurationLink button>Test the connection</ConfigurationLink>);
    expect(screen.getByRole('link', { name: 'Test the connection' })).toHaveAttribute(
      'href',
      `/grafana${CONFIGURATION}`
    );
  });
});
