/**
 * The rating's gradient by the first pre-activations, integrated along the straight path from the empty review to the
 * review ("integrated gradients", Sundararajan, Taly and Yan 2017, eq. 1), for piecewise linear activations: exactly,
 * with no step size. Between two places where a unit switches, everything below the head is linear in t; so the path is
 * walked from switch to switch, and a switch changes only what lies above its unit.
 *
 * With C_l(t) the integral up to t of the gradient by layer l's pre-activations, and s_u(t) the slope of unit u, which is
 * constant but for jumps, integration by parts gives
 *   C_l(t)[u] = s_u(t) W[u] . C_{l+1}(t) - sum over u's jumps at t' <= t of (jump of s_u) W[u] . C_{l+1}(t'),
 * so that nothing is summed between switches but the few numbers of C at the head.
 */
import { derivativeOf } from '../kernels/reference-functions.ts';
import type { Head } from '../network/heads.ts';
import { addRow, type Chain, dotRow } from './chain.ts';
import { addAverageGradient } from './rating-path.ts';

/**
 * @param direction pre-activations of layer 0 are its bias + t direction, t from 0 to 1
 * @returns the integral, one number per unit of layer 0
 */
export function integrateExactly(chain: Chain, head: Head, direction: Float64Array): Float64Array {
  const path = new Path(chain, direction);
  for (let t = 0; t < 1; ) {
    const { layer, unit, time } = path.nextSwitch(t);
    const end = Math.min(time, 1);
    addAverageGradient(head, path.outputs(t), path.outputs(end), end - t, path.headIntegral);
    if (time < 1) path.switchUnit(layer, unit);
    t = end;
  }
  return path.integral(0);
}

class Path {
  readonly headIntegral: Float64Array;
  private readonly chain: Chain;
  /** Pre-activations are alpha + t beta, for now. Per layer, the head's outputs included. */
  private readonly alpha: Float64Array[];
  private readonly beta: Float64Array[];
  /** Per hidden layer and unit: above its kink; slope of its output; what jumps have contributed. */
  private readonly on: Uint8Array[];
  private readonly slope: Float64Array[];
  private readonly jumps: Float64Array[];
  /** Of layer 0, whose pre-activations are lines from 0 to 1: the units that switch, by time, and when. */
  private readonly firstSwitches: readonly number[];
  private readonly firstTimes: Float64Array;
  /** How many of them have switched. */
  private switched = 0;

  constructor(chain: Chain, direction: Float64Array) {
    this.chain = chain;
    this.alpha = chain.bias.map((bias) => bias.slice());
    this.beta = chain.bias.map(({ length }) => new Float64Array(length));
    this.beta[0].set(direction);
    this.on = chain.sign.map(({ length }) => new Uint8Array(length));
    this.slope = chain.sign.map(({ length }) => new Float64Array(length));
    this.jumps = chain.sign.map(({ length }) => new Float64Array(length));
    this.headIntegral = new Float64Array(this.alpha[chain.depth].length);
    for (let l = 0; l < chain.depth; l++) {
      this.alpha[l].forEach((z, unit) => {
        this.on[l][unit] = z > 0 ? 1 : 0;
        this.slope[l][unit] = this.slopeOf(l, unit);
        this.raise(l + 1, l, unit, this.slope[l][unit]);
      });
    }
    this.firstTimes = this.alpha[0].map((_, unit) =>
      chain.depth > 0 && this.turns(0, unit) ? -this.alpha[0][unit] / this.beta[0][unit] : 1,
    );
    const times = this.firstTimes;
    this.firstSwitches = Array.from(times.keys())
      .filter((unit) => times[unit] < 1)
      .sort((a, b) => times[a] - times[b] || a - b);
  }

  /** Whether a unit is on its way to its other side. Only that way: rounding must not switch a unit back. */
  private turns(layer: number, unit: number): boolean {
    const beta = this.beta[layer][unit];
    return this.on[layer][unit] ? beta < 0 : beta > 0;
  }

  /** Of a unit in its present state; both activations are z above 0 and a multiple of z below. */
  private slopeOf(layer: number, unit: number): number {
    const { sign, kind, alpha } = this.chain;
    return sign[layer][unit] * derivativeOf(this.on[layer][unit] ? 1 : -1, kind, alpha);
  }

  outputs(t: number): Float64Array {
    const { depth } = this.chain;
    return this.alpha[depth].map((value, k) => value + t * this.beta[depth][k]);
  }

  /** The earliest switch from t on; its time is 1 or more when there is none. */
  nextSwitch(t: number): { layer: number; unit: number; time: number } {
    let next = { layer: -1, unit: -1, time: Number.POSITIVE_INFINITY };
    if (this.switched < this.firstSwitches.length) {
      const unit = this.firstSwitches[this.switched];
      next = { layer: 0, unit, time: Math.max(t, this.firstTimes[unit]) };
    }
    for (let layer = 1; layer < this.chain.depth; layer++) {
      const [alpha, beta] = [this.alpha[layer], this.beta[layer]];
      for (let unit = 0; unit < alpha.length; unit++) {
        if (!this.turns(layer, unit)) continue;
        const time = Math.max(t, -alpha[unit] / beta[unit]);
        if (time < next.time) next = { layer, unit, time };
      }
    }
    return next;
  }

  /** Switches a unit at the t up to which the head's integral goes. */
  switchUnit(layer: number, unit: number): void {
    this.on[layer][unit] ^= 1;
    if (layer === 0) this.switched++;
    const before = this.slope[layer][unit];
    this.slope[layer][unit] = this.slopeOf(layer, unit);
    const jump = this.slope[layer][unit] - before;
    this.jumps[layer][unit] -= jump * dotRow(this.chain, layer, unit, this.integral(layer + 1));
    this.changeAbove(layer, unit, jump);
  }

  /** C of a layer. */
  integral(layer: number): Float64Array {
    if (layer === this.chain.depth) return this.headIntegral;
    const above = this.integral(layer + 1);
    return this.jumps[layer].map((jumps, unit) => {
      const slope = this.slope[layer][unit];
      return slope === 0 ? jumps : jumps + slope * dotRow(this.chain, layer, unit, above);
    });
  }

  /** Adds factor times a unit's pre-activation, as a line in t, to the layer that its output leads to. */
  private raise(into: number, layer: number, unit: number, factor: number): void {
    if (factor === 0) return;
    addRow(this.chain, layer, unit, factor * this.alpha[layer][unit], this.alpha[into]);
    addRow(this.chain, layer, unit, factor * this.beta[layer][unit], this.beta[into]);
  }

  /** What a jump of a unit's slope does to all layers above. */
  private changeAbove(layer: number, unit: number, jump: number): void {
    const { chain, slope } = this;
    let alpha = new Float64Array(this.alpha[layer + 1].length);
    let beta = new Float64Array(alpha.length);
    addRow(chain, layer, unit, jump * this.alpha[layer][unit], alpha);
    addRow(chain, layer, unit, jump * this.beta[layer][unit], beta);
    for (let l = layer + 1; ; l++) {
      for (let k = 0; k < alpha.length; k++) {
        this.alpha[l][k] += alpha[k];
        this.beta[l][k] += beta[k];
      }
      if (l === chain.depth) return;
      const nextAlpha = new Float64Array(this.alpha[l + 1].length);
      const nextBeta = new Float64Array(nextAlpha.length);
      for (let k = 0; k < alpha.length; k++) {
        if (slope[l][k] === 0) continue;
        addRow(chain, l, k, slope[l][k] * alpha[k], nextAlpha);
        addRow(chain, l, k, slope[l][k] * beta[k], nextBeta);
      }
      [alpha, beta] = [nextAlpha, nextBeta];
    }
  }
}
