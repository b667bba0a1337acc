/**
 * Whether zstd data are whole: follows frames and blocks by their lengths (RFC 8878, section 3.1) while the bytes pass.
 * Unpacks nothing. Node's own unpacking ends without an error where a file is cut off, and reviews would be missing
 * without a word.
 */

const MAGIC = 0xfd2fb528;
/** 16 magic numbers; the length of what is to be skipped follows. */
const SKIPPABLE = 0x184d2a50;
const RLE = 1;

/** Gives the bytes as they come; once they have ended, calls `cutOff` if a frame has not. */
export async function* wholeFrames(
  bytes: AsyncIterable<Uint8Array>,
  cutOff: () => never,
): AsyncGenerator<Uint8Array> {
  const walk = frames();
  /** Bytes that the walk asks for next, those gathered for it, and those to be passed over before. */
  let { need, skip } = walk.next().value as Step;
  let gathered: number[] = [];
  let sound = true;
  for await (const chunk of bytes) {
    yield chunk;
    for (let at = 0; sound && at < chunk.length; ) {
      if (skip > 0) {
        const passed = Math.min(skip, chunk.length - at);
        skip -= passed;
        at += passed;
        continue;
      }
      gathered.push(chunk[at++]);
      if (gathered.length < need) continue;
      const next = walk.next(gathered);
      gathered = [];
      if (next.done) sound = false;
      else ({ need, skip } = next.value);
    }
  }
  // What is no frame, the unpacking says.
  if (sound && (skip > 0 || gathered.length > 0 || !walk.next([]).done)) cutOff();
}

interface Step {
  /** Bytes to pass over, and then to give. */
  readonly skip: number;
  readonly need: number;
}

/** Says what it needs, is given it; given nothing, ends if a frame may end there. Ends also at what is no frame. */
function* frames(): Generator<Step, void, number[]> {
  let skip = 0;
  for (;;) {
    const magic = yield { skip, need: 4 };
    if (magic.length === 0) return;
    const number = little(magic);
    if ((number & ~0xf) >>> 0 === SKIPPABLE) {
      skip = little(yield { skip: 0, need: 4 });
      continue;
    }
    if (number !== MAGIC) return;
    const [descriptor] = yield { skip: 0, need: 1 };
    const single = (descriptor >> 5) & 1;
    const sizeBytes = [single, 2, 4, 8][descriptor >> 6];
    skip = (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3] + sizeBytes;
    for (let last = false; !last; ) {
      const header = little(yield { skip, need: 3 });
      last = (header & 1) === 1;
      skip = ((header >> 1) & 3) === RLE ? 1 : header >> 3;
    }
    skip += ((descriptor >> 2) & 1) * 4; // checksum
  }
}

const little = (bytes: readonly number[]): number =>
  bytes.reduce((sum, byte, i) => sum + byte * 2 ** (8 * i), 0);
