/** Models that come with starling: their names, and where they lie. */
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The model that rates when none is named, and whose units a training begins with. */
export const GENERAL = 'general';
/** Models that lie in the package's `models` folder. */
export const SHIPPED = [GENERAL, 'restaurants'];

/** The same place from src/saved and from dist/saved. */
export const shippedFolder = (name: string): string =>
  fileURLToPath(new URL(`../../models/${name}`, import.meta.url));

export const isThere = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null)) !== null;

/** The folder that is meant: a path, or the name of a model that comes with starling where no path is called so. */
export async function modelFolder(given: string): Promise<string> {
  return SHIPPED.includes(given) && !(await isThere(given)) ? shippedFolder(given) : given;
}
