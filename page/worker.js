// Python in a worker: it unpacks what the page carries, starts, and answers what it is asked.
// Whatever reaches for the network gets what the page carries, or nothing.

const carried = new Map();

self.fetch = async (what) => {
  const name = String(what.url ?? what).split("/").pop();
  if (!carried.has(name)) throw new Error(`the page does not carry ${name}`);
  const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
  return new Response(carried.get(name), { headers: { "content-type": type } });
};

// A page opened from a disk can start no module worker in Chromium; in one of the old kind Python runs as
// well, if it is not told which it is by this function.
self.importScripts = () => { throw new Error("the page loads no scripts"); };

const say = (message) => self.postMessage(message);

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

async function unzipped(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The files of a tar archive, by their names without folders.
function* filesOf(archive) {
  const text = (from, length) =>
    new TextDecoder().decode(archive.subarray(from, from + length)).split("\0")[0];
  for (let at = 0; at + 512 <= archive.length && archive[at]; ) {
    const size = parseInt(text(at + 124, 12), 8) || 0;
    yield [text(at, 100).split("/").pop(), archive.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

function moduleOf(name) {
  const url = URL.createObjectURL(new Blob([carried.get(name)], { type: "text/javascript" }));
  return import(url).finally(() => URL.revokeObjectURL(url));
}

let python;
let desk;

async function start(packages) {
  say({ starting: "Unpacking", done: 1, of: 4 });
  const runtime = packages.find((one) => one.name === "pyodide");
  for (const [name, bytes] of filesOf(await unzipped(bytesOf(runtime.base64)))) {
    carried.set(name, bytes);
  }
  say({ starting: "Starting Python", done: 2, of: 4 });
  const { loadPyodide } = await moduleOf("pyodide.mjs");
  const { default: createPyodideModule } = await moduleOf("pyodide.asm.mjs");
  python = await loadPyodide({
    indexURL: "https://page.invalid/",
    createPyodideModule,
    lockFileContents: new TextDecoder().decode(carried.get("pyodide-lock.json")),
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0" },
    stdout: () => {},
    stderr: () => {},
  });
  carried.clear();
  say({ starting: "Reading the library", done: 3, of: 4 });
  const paths = ["/packages"];
  for (const one of packages.filter((one) => one !== runtime)) {
    const format = one.file.endsWith(".whl") ? "wheel" : "gztar";
    python.unpackArchive(bytesOf(one.base64), format, { extractDir: "/packages" });
    if (one.path) paths.push(`/packages/${one.path}`);
  }
  python.runPython(`import sys; sys.path[:0] = ${JSON.stringify(paths)}`);
  python.FS.mkdirTree("/papers");
  python.FS.chdir("/papers");
  const room = python.pyimport("stvcount.page");
  desk = room.Desk("/papers", (what, done) => say({ working: what, done }));
  say({ ready: JSON.parse(desk.answer('{"ask": "about"}')) });
}

function answer({ number, request, files }) {
  if (files) {
    desk.clear();
    for (const { name, bytes } of files) desk.bring(name, python.toPy(bytes));
  }
  const told = JSON.parse(desk.answer(JSON.stringify(request)));
  say({ number, told });
}

self.onmessage = async ({ data }) => {
  try {
    await (data.packages ? start(data.packages) : answer(data));
  } catch (error) {
    // Whatever stops Python itself: it cannot be relied on any more.
    say({ stopped: String(error?.message ?? error) });
  }
};
