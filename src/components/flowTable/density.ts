/** How much room a row takes. */
export type Density = 'compact' | 'normal' | 'large';

/** Every density, the tightest first. */
export const DENSITIES: readonly Density[] = ['compact', 'normal', 'large'];

/** The density until a person chooses another. */
export const DEFAULT_DENSITY: Density = 'normal';

/** Height of a row in pixels: one line, two lines, or two lines with long names wrapped. */
export const ROW_HEIGHTS: Readonly<Record<Density, number>> = { compact: 26, normal: 40, large: 60 };

/** Reads the density of a URL; anything else than one is the default. */
export function parseDensity(text: unknown): Density {
  return DENSITIES.find((density) => density === text) ?? DEFAULT_DENSITY;
}

/** The form of a density that stands in URLs; undefined for the default one, which URLs leave out. */
export function formatDensity(density: Density): string | undefined {
  return density === DEFAULT_DENSITY ? undefined : density;
}
