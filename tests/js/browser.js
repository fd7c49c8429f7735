// What the scripts ask of a browser when they are loaded, as little as it can be: to be imported first.
// Without a database of the browser's their store is the page's memory.

globalThis.window = {};
globalThis.document = { cookie: "", readyState: "complete", addEventListener() {} };
globalThis.addEventListener = () => {};

// A cell or field with marks on it: what the server last told, what is on its way.
export function element({ was = "", typed, marks = [] } = {}) {
  return { dataset: { was }, typed, classList: { contains: (name) => marks.includes(name) } };
}
