/** An architecture that is known by its weights' names, but not built here. All patterns have to match some name. */
export type Signature = { readonly name: string; readonly patterns: readonly RegExp[] };

const signature = (name: string, ...patterns: readonly RegExp[]): Signature => ({ name, patterns });

/**
 * The more telling ones first. Names of layers as the published networks have them; collected in
 * https://github.com/chaiNNer-org/spandrel.
 */
export const KNOWN_SIGNATURES: readonly Signature[] = [
  signature('MM-RealSR', /^am_list\.|^de_net\./),
  signature('Real-CUGAN', /^unet1\.conv1\.conv\.0\.weight$/, /^unet2\.conv_bottom\.weight$/),
  signature('HAT', /relative_position_index_SA$|\.conv_block\.cab\.0\.weight$|\.overlap_attn\./),
  signature('SRFormer', /^layers\.0\.residual_group\.blocks\.0\.attn\.aligned_relative_position_index$/),
  signature('ATD', /residual_group\.td$|\.attn_atd\.scale$/),
  signature('DRCT', /^layers\.0\.swin1\./, /^layers\.0\.adjust1\./),
  signature('GRL', /^norm_start\.weight$/, /logit_scale$/),
  signature('CRAFT', /hf_blocks\.0\.attn\.temperature$/),
  signature('RGT', /^before_RG\.1\.weight$/, /^layers\.0\.blocks\.0\.gamma$/),
  signature('Swin2SR', /^patch_embed\.proj\.weight$/, /\.attn\.logit_scale$/),
  signature('DITN', /^sft\.weight$/, /^UFONE\.0\.ITLs\.0\.attn\.temperature$/),
  signature('SCUNet', /^m_head\.0\.weight$/, /^m_tail\.0\.weight$/, /\.trans_block\./),
  signature('DRUNet', /^m_head\.weight$/, /^m_tail\.weight$/),
  signature('SAFMN++', /^to_feat\.weight$/, /^feats\.0\.conv1\.dwconv\.weight$/),
  signature('MoESR', /^in_to_dim\.weight$/, /^blocks\.0\.blocks\.0\.gamma$/),
  signature('IMDN', /^(model\.1\.sub|IMDB)\.?[01]\.c1\.(0\.)?weight$/, /\.c5\.(0\.)?weight$/),
  signature('RCAN', /^head\.0\.weight$/, /\.conv_du\.0\.weight$/),
  signature('EDSR', /^head\.0\.weight$/, /^body\.0\.body\.0\.weight$/, /^tail\.0\.0\.weight$/),
  signature('EDSR or MSRResNet', /^conv_first\.weight$/, /^body\.0\.conv1\.weight$/),
  signature('FDAT', /^groups\.0\.blocks\.0\.attn\.bias$/),
  signature('SeemoRe', /^body\.0\.local_block/),
  signature('Swift-SRGAN', /^initial\.cnn\.depthwise\.weight$/),
  signature('SPSR', /^model\.1\.sub\.0\.RDB1\./, /^b_fea_conv\./),
  signature('NAFNet', /^intro\.weight$/, /^ending\.weight$/, /\.sca\.1\.weight$/),
  signature('Restormer', /^patch_embed\.proj\.weight$/, /^encoder_level1\./),
  signature('GFPGAN', /^stylegan_decoder(D|B)?\./),
  signature('CodeFormer', /^quantize\.embedding\.weight$/, /^ft_layers\./),
  signature('LaMa', /^(generator\.)?model\.1\.bn_l\./),
  signature('TSCUNet', /^m_layers\.0\./),
  signature('a Stable Diffusion checkpoint', /^model\.diffusion_model\.|^down_blocks\.0\.resnets\./),
  signature('a LoRA', /lora_(up|down|A|B)\.?/),
];

/** The name of a known architecture that these weights belong to; null where there is none. */
export function knownName(names: readonly string[]): string | null {
  const found = KNOWN_SIGNATURES.find(({ patterns }) =>
    patterns.every((pattern) => names.some((name) => pattern.test(name))),
  );
  return found?.name ?? null;
}
