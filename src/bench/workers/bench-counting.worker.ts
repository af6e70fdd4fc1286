// The order counts: the product's worker finds the platform counted already.
import './count-platform.ts';
import '../../worker/upscale.worker.ts';
