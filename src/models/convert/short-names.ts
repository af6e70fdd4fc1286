/**
 * The names of files without their folders; where one name but for its ending occurs in several folders, with as many of the
 * folders as not all of those have. waifu2x, for one, has a `scale2.0x_model.param` and `.bin` in a folder for each network.
 * @param paths with `/` or `\` between folders
 */
export function shortNames(paths: readonly string[]): readonly string[] {
  const split = paths.map((path) => path.split(/[\\/]/));
  const groups = new Map<string, (readonly string[])[]>();
  for (const parts of split) {
    const stem = stemOf(parts.at(-1) ?? '');
    groups.set(stem, [...(groups.get(stem) ?? []), parts]);
  }
  return split.map((parts) => {
    const folders = (groups.get(stemOf(parts.at(-1) ?? '')) ?? []).map((others) => others.slice(0, -1));
    return parts.slice(commonLength(folders)).join('/');
  });
}

function stemOf(name: string): string {
  return name.toLowerCase().replace(/(?:\.param)?\.[a-z]+$/, '');
}

/** How many folders, from the outermost on, all of the lists begin with. */
function commonLength(lists: readonly (readonly string[])[]): number {
  const [first = []] = lists;
  const end = first.findIndex((folder, i) => lists.some((list) => list[i] !== folder));
  return end === -1 ? first.length : end;
}
