// Runs a Python program under a CPython in WebAssembly: node pyodide.cjs <package> <folder> <program> [argument …]
// The folder is mounted at /work, which is where the program runs.
const [package_, folder, program, ...rest] = process.argv.slice(2);
const { loadPyodide } = require(package_);
(async () => {
  const pyodide = await loadPyodide({ indexURL: package_ });
  pyodide.FS.mkdir("/work");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, "/work");
  pyodide.globals.set("arguments", pyodide.toPy([program, ...rest]));
  // The stream that stands for standard output there has no `buffer` in every release: what is written is kept.
  const [code, output] = pyodide
    .runPython(`
import io, os, runpy, sys
os.chdir("/work")
sys.argv = arguments
kept = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
sys.stdout, before = kept, sys.stdout
code = 0
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    code = ended.code or 0
kept.flush()
sys.stdout = before
[code, sys.version.split()[0] + "\\n" + kept.buffer.getvalue().decode()]
`)
    .toJs();
  console.log(output);
  process.exit(code);
})();
