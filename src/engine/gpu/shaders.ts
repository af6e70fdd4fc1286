import type { BitDepth } from '../../base/samples.ts';

/** The kernels around the network, in WGSL. Tensors are `[3, height, width]`, float32. */

/** How a channel, 0..3, of pixel `at` is read out of `pixels`, in 0..1: four bytes in one word, or two words of two. */
const READ_CHANNEL: Readonly<Record<BitDepth, string>> = {
  8: /* wgsl */ `
fn channel_of(at: u32, channel: u32) -> f32 {
  return f32((pixels[at] >> (8u * channel)) & 0xffu) / 255.0;
}`,
  16: /* wgsl */ `
fn channel_of(at: u32, channel: u32) -> f32 {
  return f32((pixels[2u * at + channel / 2u] >> (16u * (channel % 2u))) & 0xffffu) / 65535.0;
}`,
};

/** How an opaque pixel, its colours in 0..1, is stored. Half to even, as `wholeLevel` of `base/samples.ts` rounds. */
const WRITE_PIXEL: Readonly<Record<BitDepth, string>> = {
  8: /* wgsl */ `
fn write_pixel(at: u32, rgb: vec3f) {
  let levels = vec3u(round(rgb * 255.0));
  pixels[at] = levels.r | (levels.g << 8u) | (levels.b << 16u) | 0xff000000u;
}`,
  16: /* wgsl */ `
fn write_pixel(at: u32, rgb: vec3f) {
  let levels = vec3u(round(rgb * 65535.0));
  pixels[2u * at] = levels.r | (levels.g << 16u);
  pixels[2u * at + 1u] = levels.b | 0xffff0000u;
}`,
};

/**
 * RGBA of the part of a tile that lies inside the picture → the network's `[3, height, width]` tensor in 0..1.
 * What lies beyond the picture is mirrored without repeating the edge pixel, as `mirroredIndex` of `tiling/read-tile.ts`.
 * One invocation writes one value.
 */
export const packCode = (depth: BitDepth) => /* wgsl */ `
struct Tile {
  read_x: i32, read_y: i32,
  width: u32, height: u32,
  picture_width: i32, picture_height: i32,
  clip_x: i32, clip_y: i32,
  clip_width: u32,
  row_values: u32,
}
@group(0) @binding(0) var<uniform> tile: Tile;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read_write> tensor: array<f32>;

${READ_CHANNEL[depth]}

fn mirrored(index: i32, count: i32) -> i32 {
  if (count == 1) { return 0; }
  let period = 2 * (count - 1);
  let folded = ((index % period) + period) % period;
  return select(period - folded, folded, folded < count);
}

fn value_at(index: u32) -> f32 {
  let plane = tile.width * tile.height;
  let channel = index / plane;
  let at = index % plane;
  let x = mirrored(tile.read_x + i32(at % tile.width), tile.picture_width) - tile.clip_x;
  let y = mirrored(tile.read_y + i32(at / tile.width), tile.picture_height) - tile.clip_y;
  return channel_of(u32(y) * tile.clip_width + u32(x), channel);
}

@compute @workgroup_size(256)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let index = id.y * tile.row_values + id.x;
  if (id.x >= tile.row_values || index >= 3u * tile.width * tile.height) { return; }
  tensor[index] = value_at(index);
}
`;

/** How many workgroups share the measuring of one tensor. */
export const MEASURE_GROUPS = 64;

/**
 * Non-finite values, smallest, largest and sum of the finite ones, for each workgroup. Tests bits, because shader
 * compilers may assume that no value is a NaN.
 */
export const MEASURE = /* wgsl */ `
struct Span { count: u32, slot: u32 }
@group(0) @binding(0) var<uniform> span: Span;
@group(0) @binding(1) var<storage, read> tensor: array<u32>;
@group(0) @binding(2) var<storage, read_write> partials: array<vec4f>;

var<workgroup> shared_stats: array<vec4f, 256>;

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) local: u32, @builtin(workgroup_id) group: vec3u) {
  var bad = 0.0;
  var low = 3.4e38;
  var high = -3.4e38;
  var sum = 0.0;
  for (var i = group.x * 256u + local; i < span.count; i += ${MEASURE_GROUPS}u * 256u) {
    let bits = tensor[i];
    if ((bits & 0x7f800000u) != 0x7f800000u) {
      let value = bitcast<f32>(bits);
      low = min(low, value);
      high = max(high, value);
      sum += value;
    } else {
      bad += 1.0;
    }
  }
  shared_stats[local] = vec4f(bad, low, high, sum);
  for (var step = 128u; step > 0u; step >>= 1u) {
    workgroupBarrier();
    if (local < step) {
      let a = shared_stats[local];
      let b = shared_stats[local + step];
      shared_stats[local] = vec4f(a.x + b.x, min(a.y, b.y), max(a.z, b.z), a.w + b.w);
    }
  }
  if (local == 0u) { partials[span.slot * ${MEASURE_GROUPS}u + group.x] = shared_stats[0]; }
}
`;

/** The partial figures of one tensor to one: workgroup n sums up slot n. */
export const TALLY = /* wgsl */ `
@group(0) @binding(0) var<storage, read> partials: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> totals: array<vec4f>;
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) slot: vec3u) {
  var total = partials[slot.x * ${MEASURE_GROUPS}u];
  for (var i = 1u; i < ${MEASURE_GROUPS}u; i++) {
    let b = partials[slot.x * ${MEASURE_GROUPS}u + i];
    total = vec4f(total.x + b.x, min(total.y, b.y), max(total.z, b.z), total.w + b.w);
  }
  totals[slot.x] = total;
}
`;

/**
 * The network's answer → finished pixels, and what the neighbours to the right and below still have to blend with: the
 * same arithmetic as `Stitcher` of `tiling/stitch.ts`, which explains the names. Every value is stored, none added
 * to, so that the kernel may run again. One invocation takes one output pixel of the tile's span.
 */
export const finishCode = (depth: BitDepth) => /* wgsl */ `
struct Finish {
  // The tensor's width and plane size, and where the span's first pixel lies in it.
  stride: u32, plane: u32, offset_x: u32, offset_y: u32,
  // Columns, relative to the span's first: the left blend ends, what is handed on begins, the span ends.
  own_from: u32, own_to: u32, span_width: u32,
  // Rows, relative to the row's first: the upper blend ends, the finished rows end, the zone below ends.
  above_height: u32, finished: u32, height: u32,
  // The blend zone, and its row pitch in the buffers between columns and between rows of tiles.
  zone: u32, side_height: u32,
  carry_width: u32, carry_x: u32,
}
@group(0) @binding(0) var<uniform> p: Finish;
@group(0) @binding(1) var<storage, read> tensor: array<f32>;
@group(0) @binding(2) var<storage, read> rising: array<f32>;
@group(0) @binding(3) var<storage, read> left_side: array<f32>;
@group(0) @binding(4) var<storage, read_write> right_side: array<f32>;
@group(0) @binding(5) var<storage, read> above: array<f32>;
@group(0) @binding(6) var<storage, read_write> below: array<f32>;
@group(0) @binding(7) var<storage, read_write> pixels: array<u32>;
${WRITE_PIXEL[depth]}

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = id.x;
  let y = id.y;
  if (x >= p.span_width || y >= p.height) { return; }
  let at = (p.offset_y + y) * p.stride + p.offset_x + x;
  var rgb = vec3f(tensor[at], tensor[p.plane + at], tensor[2u * p.plane + at]);
  let side = p.side_height * p.zone;
  if (x >= p.own_to) {
    let k = x - p.own_to;
    let falling = 1.0 - rising[k];
    for (var c = 0u; c < 3u; c++) { right_side[c * side + y * p.zone + k] = falling * rgb[c]; }
    return;
  }
  if (x < p.own_from) {
    for (var c = 0u; c < 3u; c++) {
      rgb[c] = left_side[c * side + y * p.zone + x] + rising[x] * rgb[c];
    }
  }
  let carry = p.zone * p.carry_width;
  if (y >= p.finished) {
    let row = y - p.finished;
    let falling = 1.0 - rising[row];
    for (var c = 0u; c < 3u; c++) {
      below[c * carry + row * p.carry_width + p.carry_x + x] = falling * rgb[c];
    }
    return;
  }
  if (y < p.above_height) {
    for (var c = 0u; c < 3u; c++) {
      rgb[c] = above[c * carry + y * p.carry_width + p.carry_x + x] + rising[y] * rgb[c];
    }
  }
  write_pixel(y * p.own_to + x, clamp(rgb, vec3f(0.0), vec3f(1.0)));
}
`;

/**
 * Three planes resampled along one axis with a table of weights, the edge pixel repeated beyond the edge: one pass of
 * `PlaneResampler` of `image/resample.ts`.
 */
export const RESAMPLE = /* wgsl */ `
struct Pass { in_width: u32, in_height: u32, out_width: u32, out_height: u32, taps: u32, vertical: u32 }
@group(0) @binding(0) var<uniform> p: Pass;
@group(0) @binding(1) var<storage, read> tensor: array<f32>;
@group(0) @binding(2) var<storage, read> first: array<i32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

@compute @workgroup_size(16, 16)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= p.out_width || id.y >= p.out_height) { return; }
  let along = select(id.x, id.y, p.vertical == 1u);
  let last = i32(select(p.in_width, p.in_height, p.vertical == 1u)) - 1;
  let plane = id.z * p.in_width * p.in_height;
  var sum = 0.0;
  for (var t = 0u; t < p.taps; t++) {
    let tap = u32(clamp(first[along] + i32(t), 0, last));
    let at = select(id.y * p.in_width + tap, tap * p.in_width + id.x, p.vertical == 1u);
    sum += weights[along * p.taps + t] * tensor[plane + at];
  }
  result[id.z * p.out_width * p.out_height + id.y * p.out_width + id.x] = sum;
}
`;
