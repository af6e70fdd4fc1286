import { ACTIVATIONS } from './activations.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { ARRANGEMENT } from './arrangement.ts';
import { CONVOLUTIONS } from './convolution.ts';
import { crop } from './crop.ts';
import { innerProduct } from './inner-product.ts';
import { PASSING } from './passing.ts';
import { pooling } from './pooling.ts';
import { RESAMPLING } from './resampling.ts';
import { RESHAPING } from './reshape.ts';
import type { LayerRule } from './rule.ts';
import { STATISTICS } from './statistics.ts';

/** Every type of layer that is converted, but Input. */
export const LAYER_RULES: ReadonlyMap<string, LayerRule> = new Map(
  Object.entries({
    ...ACTIVATIONS,
    ...ARITHMETIC,
    ...ARRANGEMENT,
    ...CONVOLUTIONS,
    ...PASSING,
    ...RESAMPLING,
    ...RESHAPING,
    ...STATISTICS,
    Crop: crop,
    InnerProduct: innerProduct,
    Pooling: pooling,
  }),
);
