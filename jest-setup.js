import './.config/jest-setup';
import { configure } from '@testing-library/react';

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

// jsdom has no layout, so it has neither of these; scenes and the flow table construct them.
global.IntersectionObserver ??= Observer;
global.ResizeObserver ??= Observer;

// Grafana's pickers measure their texts on a canvas, which jsdom does not have either.
HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: text.length * 8 }) });

// Generous, for a machine that builds something else meanwhile; what never comes still fails.
configure({ asyncUtilTimeout: 15_000 });
