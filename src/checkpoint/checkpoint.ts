/**
 * What a long run says about itself, so that it can go on where it was: numbers as JSON, weights and optimizer state as
 * arrays. Random numbers need no state, because they are addressed by name and counter (random.ts). Not where it is
 * kept (store.ts does that, on a disk): what trains sees this interface only, and runs in a browser.
 */
import { StarlingError, shownValue } from '../errors.ts';

export interface SavedState {
  readonly data: Readonly<Record<string, unknown>>;
  /** Finite numbers; views into the arena will do. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

/** The place where one part of a run (a phase, a fold) leaves its state. */
export interface Checkpoint {
  /** A place within this one. */
  part(name: string): Checkpoint;
  /**
   * To be called before something long begins that leaves no state of its own at first.
   * @throws StarlingError INTERRUPTED, when the run was asked to stop
   */
  stopIfAsked(): Promise<void> | undefined;
  /**
   * What an earlier run left here; null when there is nothing.
   * @throws StarlingError BAD_CHECKPOINT when nothing that was left is whole
   */
  restore(): Promise<Saved | null>;
  /**
   * To be called wherever the state is whole, such as after each minibatch. Saves it when it is time to.
   * @throws StarlingError INTERRUPTED, when the run was asked to stop and its state has been saved
   */
  offer(state: () => SavedState): Promise<void> | undefined;
  /** To be called when the part has ended, so that going on need not repeat it: saves it if it was long. */
  finish(state: () => SavedState): Promise<void>;
  /** Saves now. @throws StarlingError INTERRUPTED as `offer` */
  save(state: SavedState): Promise<void>;
  /** Forgets what was left here and in the places within: it is not needed any more. */
  drop(): Promise<void>;
}

/** A state that was read back. Nothing in it is believed: each value is asked for with what it must be. */
export class Saved {
  private readonly state: SavedState;
  /** For messages. */
  private readonly where: string;

  constructor(state: SavedState, where: string) {
    this.state = state;
    this.where = where;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.state.data, name) && this.state.data[name] !== null;
  }

  integer(name: string, min: number, max: number): number {
    const value = this.number(name);
    return Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : this.refuse(`"${name}" is ${value}, expected a whole number from ${min} to ${max}`);
  }

  number(name: string): number {
    const value = this.value(name);
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.refuse(`"${name}" is ${show(value)}, expected a number`);
  }

  /** Finite numbers. @param length how many; any number of them when it is not given */
  numbers(name: string, length?: number): number[] {
    const value = this.value(name);
    const sound =
      Array.isArray(value) && value.every(Number.isFinite) && (length ?? value.length) === value.length;
    return sound ? (value as number[]) : this.refuse(`"${name}" is no list of ${length ?? 'finite'} numbers`);
  }

  text(name: string): string {
    const value = this.value(name);
    return typeof value === 'string' ? value : this.refuse(`"${name}" is ${show(value)}, expected a text`);
  }

  texts(name: string, length: number): string[] {
    const value = this.value(name);
    const sound =
      Array.isArray(value) && value.length === length && value.every((one) => typeof one === 'string');
    return sound ? (value as string[]) : this.refuse(`"${name}" is no list of ${length} texts`);
  }

  /** An object within the state, with the same arrays. */
  object(name: string): Saved {
    return this.within(this.value(name), name);
  }

  /** A list of objects. */
  list(name: string, most = Number.POSITIVE_INFINITY): Saved[] {
    const value = this.value(name);
    if (!Array.isArray(value) || value.length > most)
      return this.refuse(`"${name}" is no list of its length`);
    return value.map((one, i) => this.within(one, `${name}[${i}]`));
  }

  /** The numbers of an array; how many there are must be known. */
  array(name: string, length: number): Float32Array {
    const array = Object.hasOwn(this.state.arrays, name) ? this.state.arrays[name] : undefined;
    if (array?.length === length) return array;
    return this.refuse(
      `the array "${name}" ${array ? `has ${array.length} numbers` : 'is missing'}, expected ${length}`,
    );
  }

  /** Fills arrays of the run with those of the same names. */
  fill(into: Readonly<Record<string, Float32Array>>): void {
    for (const [name, array] of Object.entries(into)) array.set(this.array(name, array.length));
  }

  refuse(what: string): never {
    throw new StarlingError(
      'BAD_CHECKPOINT',
      `${this.where}: ${what}`,
      'The checkpoint is damaged; delete its folder to begin anew.',
    );
  }

  private value(name: string): unknown {
    return Object.hasOwn(this.state.data, name) ? this.state.data[name] : undefined;
  }

  private within(value: unknown, name: string): Saved {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.refuse(`"${name}" is ${show(value)}, expected an object`);
    }
    return new Saved(
      { data: value as SavedState['data'], arrays: this.state.arrays },
      `${this.where}, ${name}`,
    );
  }
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : shownValue(value);
}
