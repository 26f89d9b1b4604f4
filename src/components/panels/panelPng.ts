import { openFile } from '../../data/export/fileTarget';

/** What is marked with this attribute is not in the picture: buttons. */
export const NOT_IN_PICTURE = { 'data-png': 'left-out' } as const;

/** Pixels of the picture for each of the screen: sharp in documents and on dense screens. */
const PIXEL_RATIO = 2;

function isInPicture(node: Node): boolean {
  return !(node instanceof HTMLElement && node.dataset.png === NOT_IN_PICTURE['data-png']);
}

/**
 * Saves an element as a PNG, as it looks now: in the theme of the page, on its own background. Has to be called from a
 * click.
 * @throws Error where the browser cannot draw it, FileError where it cannot be written.
 */
export async function savePng(element: HTMLElement, fileName: string): Promise<void> {
  const target = await openFile({ fileName, mime: 'image/png', kind: 'PNG image' });
  if (target === undefined) {
    return;
  }
  try {
    const { toBlob } = await import(/* webpackChunkName: "png" */ 'html-to-image');
    const picture = await toBlob(element, {
      pixelRatio: PIXEL_RATIO,
      filter: isInPicture,
      backgroundColor: getComputedStyle(element).backgroundColor,
      // Where the panel stands on the page is not its own.
      style: { margin: '0', opacity: '1' },
    });
    if (picture === null) {
      throw new Error('The browser could not draw the panel.');
    }
    await target.write(picture);
    await target.close();
  } catch (error) {
    await target.abort();
    throw error;
  }
}
