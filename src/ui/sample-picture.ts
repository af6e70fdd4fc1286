type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

/** The scene's own units; it can be drawn at any size. */
export const SAMPLE_WIDTH = 320;
export const SAMPLE_HEIGHT = 240;

/** A small picture to try: our own drawing, with gradients, curves, fine lines and lettering. */
export async function samplePicture(): Promise<File> {
  const canvas = new OffscreenCanvas(SAMPLE_WIDTH, SAMPLE_HEIGHT);
  const context = canvas.getContext('2d');
  if (context) drawSample(context, SAMPLE_WIDTH);
  const blob = await canvas.convertToBlob({ type: 'image/png' });
  return new File([blob], 'harbour.png', { type: 'image/png' });
}

/** Draws the harbour at dusk, `width` pixels wide and three quarters as high. */
export function drawSample(context: Context, width: number): void {
  context.save();
  context.scale(width / SAMPLE_WIDTH, width / SAMPLE_WIDTH);
  drawSky(context);
  drawHills(context);
  drawSea(context);
  drawBoat(context);
  drawCliff(context);
  drawLighthouse(context);
  drawBirds(context);
  drawSign(context);
  context.restore();
}

function gradient(context: Context, from: number, to: number, ...stops: [number, string][]): CanvasGradient {
  const fill = context.createLinearGradient(0, from, 0, to);
  for (const [at, colour] of stops) fill.addColorStop(at, colour);
  return fill;
}

function path(context: Context, colour: string | CanvasGradient, outline: string): void {
  context.fillStyle = colour;
  context.fill(new Path2D(outline));
}

function drawSky(context: Context): void {
  context.fillStyle = gradient(
    context,
    0,
    150,
    [0, '#1d3557'],
    [0.42, '#4f6d8f'],
    [0.68, '#c98d84'],
    [0.86, '#f0b27a'],
    [1, '#f8d9a0'],
  );
  context.fillRect(0, 0, 320, 150);
  const halo = context.createRadialGradient(118, 112, 4, 118, 112, 84);
  halo.addColorStop(0, 'rgb(255 240 200 / 0.95)');
  halo.addColorStop(0.2, 'rgb(255 214 150 / 0.5)');
  halo.addColorStop(1, 'rgb(255 190 120 / 0)');
  context.fillStyle = halo;
  context.fillRect(0, 20, 320, 130);
  context.fillStyle = '#fff3cf';
  context.beginPath();
  context.arc(118, 112, 14, 0, 2 * Math.PI);
  context.fill();
  context.fillStyle = 'rgb(255 226 200 / 0.35)';
  for (const [x, y, length, height] of CLOUDS) {
    context.beginPath();
    context.ellipse(x, y, length, height, -0.02, 0, 2 * Math.PI);
    context.fill();
  }
  context.fillStyle = 'rgb(255 255 255 / 0.8)';
  for (const [x, y] of STARS) context.fillRect(x, y, 0.9, 0.9);
}

const CLOUDS = [
  [64, 84, 46, 2.6],
  [92, 90, 34, 1.8],
  [196, 70, 40, 2.2],
  [30, 104, 28, 1.6],
  [170, 106, 52, 2],
  [236, 94, 30, 1.5],
] as const;

const STARS = [
  [22, 14],
  [58, 30],
  [97, 11],
  [131, 26],
  [164, 9],
  [188, 33],
  [211, 17],
  [297, 12],
  [306, 41],
  [43, 48],
] as const;

function drawHills(context: Context): void {
  path(context, '#8c7f92', 'M0 138 C40 118 62 132 96 124 S160 104 196 122 S270 128 320 112 V152 H0Z');
  path(context, '#5d6480', 'M0 146 C30 134 58 142 90 137 S150 128 186 139 S262 142 320 130 V154 H0Z');
}

function drawSea(context: Context): void {
  context.fillStyle = gradient(
    context,
    148,
    240,
    [0, '#d9a682'],
    [0.12, '#8f8591'],
    [0.45, '#3c5a78'],
    [1, '#16283f'],
  );
  context.fillRect(0, 148, 320, 92);
  context.lineCap = 'round';
  for (let row = 0; row < 22; row++) {
    const y = 150.5 + row * 1.2 + row * row * 0.14;
    const spread = 12 + row * 2.1;
    context.strokeStyle = `rgb(255 226 170 / ${0.75 - row * 0.03})`;
    context.lineWidth = 0.6 + row * 0.05;
    context.beginPath();
    for (let part = 0; part < 3; part++) {
      const x = 118 + Math.sin(row * 2.4 + part * 2.1) * spread;
      context.moveTo(x - 4 - row * 0.3, y);
      context.quadraticCurveTo(x, y - 1, x + 4 + row * 0.3, y);
    }
    context.stroke();
  }
  context.strokeStyle = 'rgb(200 222 240 / 0.2)';
  context.lineWidth = 0.7;
  for (let row = 0; row < 9; row++) {
    context.beginPath();
    for (let x = -10; x < 330; x += 20) {
      const y = 168 + row * 8 + Math.sin(x * 0.05 + row * 1.7) * 1.5;
      context.moveTo(x, y);
      context.quadraticCurveTo(x + 6, y - 2.4, x + 12, y);
    }
    context.stroke();
  }
}

function drawBoat(context: Context): void {
  path(context, 'rgb(12 22 38 / 0.35)', 'M38 181 C56 186 78 186 96 181 L90 190 C74 193 58 193 46 190Z');
  path(context, '#f6ead6', 'M65 130 C76 146 82 160 84 172 L65 172Z');
  path(context, '#e2cfb4', 'M62 136 C54 150 47 162 44 172 L62 172Z');
  path(context, '#8d2f2b', 'M40 174 H94 C92 181 87 184 82 184 H52 C46 184 42 180 40 174Z');
  path(context, '#f6ead6', 'M41.2 176 H93.2 L92.6 177.4 H41.8Z');
  context.strokeStyle = '#2b1d16';
  context.lineWidth = 1;
  context.stroke(new Path2D('M63.5 126 V175'));
  context.lineWidth = 0.35;
  context.stroke(new Path2D('M63.5 127 L94 174 M63.5 127 L40 174 M68 146 L79.5 158 M68 156 L82 165'));
  context.fillStyle = '#f6ead6';
  context.font = '700 6px Georgia, "Liberation Serif", serif';
  context.fillText('No. 27', 56, 182.4);
}

function drawCliff(context: Context): void {
  path(
    context,
    '#2d3344',
    'M206 176 C218 160 226 152 244 149 S276 146 320 138 V240 H150 C166 222 186 200 206 176Z',
  );
  path(
    context,
    '#3f4a4c',
    'M214 170 C226 156 236 152 248 150 S288 148 320 140 V158 C292 160 250 162 226 172 S208 178 214 170Z',
  );
  context.strokeStyle = 'rgb(150 164 150 / 0.55)';
  context.lineWidth = 0.5;
  context.beginPath();
  for (let index = 0; index < 70; index++) {
    const x = 226 + ((index * 37) % 94);
    const y = 163 - (x - 226) * 0.13 + ((index * 13) % 9);
    context.moveTo(x, y);
    context.lineTo(x + ((index % 5) - 2) * 0.7, y - 3.4);
  }
  context.stroke();
}

function drawLighthouse(context: Context): void {
  const beam = context.createLinearGradient(258, 0, 120, 0);
  beam.addColorStop(0, 'rgb(255 240 190 / 0.75)');
  beam.addColorStop(1, 'rgb(255 240 190 / 0)');
  path(context, beam, 'M258 63 L118 34 V74 L258 68Z');
  path(context, '#f4efe6', 'M249 80 H269 L274 152 H244Z');
  for (const [top, bottom] of [
    [90, 104],
    [118, 132],
  ] as const) {
    const left = (y: number) => 249 - ((y - 80) * 5) / 72;
    const right = (y: number) => 269 + ((y - 80) * 5) / 72;
    path(
      context,
      '#b23a33',
      `M${left(top)} ${top} H${right(top)} L${right(bottom)} ${bottom} H${left(bottom)}Z`,
    );
  }
  path(context, 'rgb(20 24 40 / 0.22)', 'M262 80 H269 L274 152 H264Z');
  path(context, '#232838', 'M246 76 H272 V80 H246Z M250 74 H268 V76 H250Z');
  path(context, '#ffe9a8', 'M252.5 58 H265.5 V74 H252.5Z');
  path(
    context,
    '#232838',
    'M250 58 L259 48 L268 58Z M258.4 43 H259.6 V49 H258.4Z M255.6 58 H256.4 V74 H255.6Z M261.6 58 H262.4 V74 H261.6Z',
  );
  path(context, '#232838', 'M256 152 V143 A3 3 0 0 1 262 143 V152Z M257 108 H261 V113 H257Z');
  context.strokeStyle = '#232838';
  context.lineWidth = 0.5;
  context.stroke(
    new Path2D(
      'M245 71.5 H273 M246 71.5 V76 M250.3 71.5 V76 M254.6 71.5 V76 M259 71.5 V76 M263.4 71.5 V76 M267.7 71.5 V76 M272 71.5 V76',
    ),
  );
}

function drawBirds(context: Context): void {
  context.strokeStyle = '#26303f';
  context.lineWidth = 0.9;
  for (const [x, y, span] of [
    [148, 92, 5],
    [162, 86, 4],
    [171, 95, 3.4],
    [204, 52, 3],
  ] as const) {
    context.beginPath();
    context.moveTo(x - span, y - span * 0.35);
    context.quadraticCurveTo(x - span * 0.4, y - span * 0.55, x, y);
    context.quadraticCurveTo(x + span * 0.4, y - span * 0.55, x + span, y - span * 0.35);
    context.stroke();
  }
}

function drawSign(context: Context): void {
  path(context, '#1c2130', 'M222 200 H224.6 V232 H222Z M297.4 200 H300 V232 H297.4Z');
  path(context, '#f0e6d2', 'M212 182 H310 V214 H212Z');
  context.strokeStyle = '#7a5b3a';
  context.lineWidth = 1;
  context.strokeRect(214, 184, 94, 28);
  context.fillStyle = '#3a2a1c';
  context.textAlign = 'center';
  context.font = '700 14px Georgia, "Liberation Serif", serif';
  context.fillText('TESSERA', 261, 197.5);
  context.font = '9px Georgia, "Liberation Serif", serif';
  context.fillText('Harbour light 1889', 261, 208);
  context.textAlign = 'start';
}
