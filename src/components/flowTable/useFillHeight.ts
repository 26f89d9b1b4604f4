import { useCallback, useLayoutEffect, useState } from 'react';

/** Space left below, in pixels. */
const MARGIN = 16;
/** Least height in pixels: on small windows the page scrolls instead. */
const LEAST = 320;

/**
 * The height that takes an element down to the window's lower edge, so that it scrolls and the page does not.
 * @returns a callback ref for the element, and its height in pixels.
 */
export function useFillHeight() {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [height, setHeight] = useState(LEAST);

  const measure = useCallback(() => {
    if (element !== null) {
      const top = element.getBoundingClientRect().top + window.scrollY;
      setHeight(Math.max(LEAST, Math.floor(window.innerHeight - top - MARGIN)));
    }
  }, [element]);

  useLayoutEffect(() => {
    if (element === null) {
      return;
    }
    // Observing measures at once, and again as what stands above grows and shrinks with filters and messages.
    const observer = new ResizeObserver(measure);
    if (element.parentElement !== null) {
      observer.observe(element.parentElement);
      [...element.parentElement.children].forEach((child) => child !== element && observer.observe(child));
    }
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [element, measure]);

  return { setElement, height };
}
