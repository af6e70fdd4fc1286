/**
 * Stands in for onnxruntime-web's own glue, `?glue=ADDRESS&pending=N`, and sets how many dispatches its WebGPU provider
 * collects before it submits them: version 1.30 knows that setting, but hands it on from no option. For the bench only.
 */
const { glue, pending } = Object.fromEntries(new URL(import.meta.url).searchParams);
const { default: start } = await import(glue);

export default async function startWithPending(settings) {
  const module = await start(settings);
  const append = module._OrtAppendExecutionProvider;
  module._OrtAppendExecutionProvider = (options, name, ...rest) => {
    if (module.UTF8ToString(name) === 'WebGPU') set(module, options);
    return append(options, name, ...rest);
  };
  return module;
}

function set(module, options) {
  const key = text(module, 'ep.webgpuexecutionprovider.maxNumPendingDispatches');
  const value = text(module, pending);
  module._OrtAddSessionConfigEntry(options, key, value);
  module._free(key);
  module._free(value);
}

/** The address of `content` in the runtime's memory, ended by a zero. */
function text(module, content) {
  const bytes = module.lengthBytesUTF8(content) + 1;
  const address = module._malloc(bytes);
  module.stringToUTF8(content, address, bytes);
  return address;
}
