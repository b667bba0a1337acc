/**
 * The optimizers' settings and state. The steps themselves are in the kernels (rows.c): they act on whole rows, touch
 * the rows that a minibatch names and no others, and leave the state of the rest as it is ("lazy"). adagrad and rmsprop
 * keep one step size per row and panel, so that their state is 1/64 and 1/32 of the weights and a rare term still gets
 * large steps; rmsprop is adam without the momentum, but for that.
 */
import type { Engine } from '../kernels/engine.ts';
import { OPTIMIZER_CODE, stateLength } from '../kernels/ops.ts';
import type { Matrix } from './matrix.ts';

export type OptimizerName = keyof typeof OPTIMIZER_CODE;

export interface OptimizerSettings {
  readonly kind: OptimizerName;
  readonly learningRate: number;
  /** Of sgd, 0 to below 1. */
  readonly momentum?: number;
  /** L2 penalty on the weights of touched rows. */
  readonly weightDecay?: number;
}

const BETA1 = 0.9;
const BETA2 = 0.999;

export class Optimizer {
  readonly code: number;
  /** For weights, and for biases, which never decay: learning rate, beta1, beta2, epsilon, decay, two corrections. */
  readonly weightParameters: Float32Array;
  readonly biasParameters: Float32Array;
  private readonly settings: OptimizerSettings;
  private steps = 0;

  constructor(engine: Engine, settings: OptimizerSettings) {
    this.settings = settings;
    this.code = OPTIMIZER_CODE[settings.kind];
    this.weightParameters = engine.arena.f32(8);
    this.biasParameters = engine.arena.f32(8);
  }

  /** To be called before each minibatch. @param factor of the learning rate, for schedules */
  beginStep(factor = 1): void {
    this.steps++;
    const { kind, learningRate, momentum = 0, weightDecay = 0 } = this.settings;
    const values = [
      learningRate * factor,
      kind === 'adam' ? BETA1 : momentum,
      BETA2,
      kind === 'adagrad' ? 1e-10 : 1e-8,
      weightDecay,
      1 / (1 - BETA1 ** this.steps),
      1 / (1 - BETA2 ** this.steps),
    ];
    this.weightParameters.set(values);
    this.biasParameters.set(values);
    this.biasParameters[4] = 0;
  }

  /** Goes on as if that many minibatches had been. */
  goOnAfter(steps: number): void {
    this.steps = steps;
  }

  /** Fresh state for a weight matrix. */
  stateOf(engine: Engine, matrix: Matrix): Float32Array {
    return engine.arena.f32(stateLength(this.code, matrix.rows, matrix.width));
  }

  /** Fresh state for a bias over the columns of a matrix. */
  biasStateOf(engine: Engine, width: number): Float32Array {
    return engine.arena.f32(stateLength(this.code, 1, width));
  }
}
