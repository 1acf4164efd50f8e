/**
 * `node --require` this, and whoever asks for `cdktf` gets `cdktn`, its community successor: what an npm alias
 * (`"cdktf": "npm:cdktn@..."`) does, without a second copy of the provider's bindings.
 */
const Module = require('node:module');

const resolve = Module._resolveFilename;
Module._resolveFilename = function resolveFilename(request, ...rest) {
  return resolve.call(this, request.replace(/^cdktf(?=\/|$)/, 'cdktn'), ...rest);
};
