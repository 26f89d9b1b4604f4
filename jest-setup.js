import './.config/jest-setup';

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

// jsdom has no layout, so it has neither of these; scenes and the virtualised table construct them.
global.IntersectionObserver ??= Observer;
global.ResizeObserver ??= Observer;
