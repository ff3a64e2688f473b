// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
'use strict';

const element = (id) => document.getElementById(id);
const kMaxShown = 256 * 1024;  // characters of one text on the page
const kPictures = {png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg',
                   gif: 'image/gif', webp: 'image/webp', svg: 'image/svg+xml',
                   bmp: 'image/bmp'};
const kPython = [
  ['Hello', 'print("Hello from a jail")\n'],
  ['A plot (matplotlib)', `import matplotlib.pyplot as plt
from math import exp, sin

x = [i / 20 for i in range(200)]
plt.plot(x, [sin(v) for v in x], label="sin x")
damped = [sin(v) * exp(-v / 4) for v in x]
plt.plot(x, damped, label="damped")
plt.title("Drawn in a jail")
plt.legend()
plt.savefig("plot.png")  # files come back
`],
  ['A picture without libraries', `import struct, zlib

def chunk(kind, data):
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

size = 128
rows = b"".join(
    b"\\0" + bytes(v for x in range(size) for v in (2 * x, 2 * y, 255 - x - y))
    for y in range(size))
with open("picture.png", "wb") as file:
    file.write(b"\\x89PNG\\r\\n\\x1a\\n")
    file.write(chunk(b"IHDR", struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)))
    file.write(chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
print("drew picture.png")
`],
];
const kExamples = {
  '.py': kPython,
  '.js': [['Hello', 'console.log("Hello from a jail");\n']],
  '.ts': [['Hello', 'const to: string = "a jail";\nconsole.log(`Hello from ${to}`);\n']],
  '.c': [['Hello', '#include <stdio.h>\n\nint main(void) { puts("Hello from a jail"); }\n']],
  '.cpp': [['Hello', '#include <iostream>\n\nint main() { std::cout << "Hello from a jail\\n"; }\n']],
  '.go': [['Hello', 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("Hello from a jail") }\n']],
  '.rs': [['Hello', 'fn main() { println!("Hello from a jail"); }\n']],
  '.sh': [['Hello', 'echo "Hello from a jail"\n']],
  '.sql': [['Hello', "select 'Hello from a jail';\n"]],
};

let profiles = [];
let files = [];      // {path, text} or {path, base64, size}
let running = null;  // AbortController
let urls = [];       // blob URLs of the result that is shown

// A new element; `children` are elements and texts: nothing is ever parsed as
// HTML.
function make(name, properties, ...children) {
  const made = document.createElement(name);
  Object.assign(made, properties);
  made.append(...children);
  return made;
}

function headers() {
  const all = {'Content-Type': 'application/json'};
  if (element('key').value) all['X-API-Key'] = element('key').value;
  return all;
}

function say(text, kind) {
  element('status').textContent = text;
  element('status').className = kind || '';
}

function askForKey() {
  element('key-box').hidden = false;
  say('This server asks for an API key.', 'bad');
  element('key').focus();
}

async function loadProfiles() {
  let answer;
  try {
    answer = await fetch('v1/profiles', {headers: headers()});
  } catch (fault) {
    return say(`The server does not answer: ${fault.message}`, 'bad');
  }
  if (answer.status === 401 || answer.status === 403) return askForKey();
  profiles = (await answer.json()).profiles.filter((p) => p.takes_code);
  const select = element('profile');
  select.replaceChildren(...profiles.map((p) => make('option', {
    value: p.name, disabled: !p.is_ready,
    textContent: p.is_ready ? p.name : `${p.name} (not installed)`})));
  const ready = profiles.filter((p) => p.is_ready);
  const first = ready.find((p) => p.is_default) || ready[0];
  if (!first) return say('No profile is ready on this server.', 'bad');
  select.value = first.name;
  showProfile();
  element('try').hidden = false;
  say('Nothing was run yet.');
}

function profile() {
  return profiles.find((p) => p.name === element('profile').value);
}

function showProfile() {
  const now = profile();
  const most = now.max_limits, usual = now.default_limits;
  const parts = [now.description];
  if (usual.wall_time_ms) parts.push(`${usual.wall_time_ms / 1000} s`);
  if (usual.memory_bytes) parts.push(`${usual.memory_bytes / 1048576} MiB`);
  element('profile-note').textContent = parts.filter(Boolean).join(' · ');
  const hint = (id, value, unit) => {
    element(id).placeholder = value ? `at most ${value / unit}` : '';
  };
  hint('wall', most.wall_time_ms, 1000);
  hint('memory', most.memory_bytes, 1048576);
  const examples = kExamples[now.file_extension] || [['Empty', '']];
  element('example').replaceChildren(
      ...examples.map(([name], i) => make('option', {value: i, textContent: name})));
  element('try-examples').replaceChildren(...examples.map(([name], i) => {
    const button = make('button', {type: 'button', textContent: `Run “${name}”`});
    button.addEventListener('click', () => {
      element('example').value = i;
      showExample();
      run();
    });
    return button;
  }));
  showExample();
}

function showExample() {
  const examples = kExamples[profile().file_extension] || [['Empty', '']];
  element('code').value = examples[element('example').value][1];
}

function showFiles() {
  element('files-count').textContent = files.length ? `(${files.length})` : '';
  element('files').replaceChildren(...files.map((file, i) => {
    const path = make('input', {value: file.path, className: 'path',
                                ariaLabel: `Path of file ${i + 1}`});
    path.addEventListener('input', () => { file.path = path.value; });
    const remove = make('button', {type: 'button', textContent: 'Remove',
                                   ariaLabel: `Remove ${file.path}`});
    remove.addEventListener('click', () => { files.splice(i, 1); showFiles(); });
    const row = make('div', {className: 'file-row'}, path);
    if (file.base64 !== undefined) {
      row.append(make('span', {className: 'note', textContent: `${file.size} bytes`}));
    }
    row.append(remove);
    const item = make('li', {}, row);
    if (file.text !== undefined) {
      const text = make('textarea', {rows: 3, value: file.text, spellcheck: false,
                                     ariaLabel: `Text of file ${i + 1}`});
      text.addEventListener('input', () => { file.text = text.value; });
      item.append(text);
    }
    return item;
  }));
}

function readFile(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

async function addUploads() {
  for (const file of element('upload').files) {
    try {
      files.push({path: file.webkitRelativePath || file.name, size: file.size,
                  base64: await readFile(file)});
    } catch (fault) {
      say(`${file.name} can't be read: ${fault.message}`, 'bad');
    }
  }
  element('upload').value = '';
  showFiles();
}

function request() {
  const asked = {profile: element('profile').value, code: element('code').value};
  const args = element('args').value.replace(/\n$/, '');
  if (args) asked.args = args.split('\n');
  if (element('stdin').value) asked.stdin_text = element('stdin').value;
  if (files.length) {
    asked.files = files.map((f) => f.text !== undefined ?
        {path: f.path, text: f.text} : {path: f.path, base64: f.base64});
  }
  const limits = {};
  if (element('wall').value) limits.wall_time_ms = Math.round(element('wall').value * 1000);
  if (element('memory').value) limits.memory_bytes = element('memory').value * 1048576;
  if (Object.keys(limits).length) asked.limits = limits;
  return asked;
}

async function run() {
  if (running) return;
  running = new AbortController();
  element('try').hidden = true;
  element('run').disabled = true;
  element('cancel').disabled = false;
  element('result').setAttribute('aria-busy', 'true');
  say('Running …');
  const start = performance.now();
  try {
    const answer = await fetch('v1/eval', {
      method: 'POST', headers: headers(), body: JSON.stringify(request()),
      signal: running.signal});
    const told = await answer.json();
    if (answer.status === 401 || answer.status === 403) {
      clear();
      return askForKey();
    }
    show(told, performance.now() - start);
  } catch (fault) {
    clear();
    say(fault.name === 'AbortError' ? 'Cancelled.' :
            `No answer from the server: ${fault.message}`, 'bad');
  } finally {
    // Beside the form it is in sight; beneath it, on a phone, it may not be.
    element('status').scrollIntoView({block: 'nearest'});
    running = null;
    element('run').disabled = false;
    element('cancel').disabled = true;
    element('result').removeAttribute('aria-busy');
  }
}

function clear() {
  urls.forEach((url) => URL.revokeObjectURL(url));
  urls = [];
  element('output').replaceChildren();
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function textOf(output) {
  if (output.text !== undefined) return output.text;
  if (output.base64 === undefined) return '';
  return new TextDecoder().decode(bytesOf(output.base64));
}

function stream(name, output) {
  const text = output ? textOf(output) : '';
  if (!text && !(output && output.truncated)) return [];
  const notes = [];
  if (output.base64 !== undefined) notes.push('not UTF-8');
  if (output.truncated) notes.push(`cut; the program wrote ${output.total_bytes} bytes`);
  if (text.length > kMaxShown) notes.push('cut on this page');
  return [make('h2', {}, name, ' ', make('span', {className: 'note',
                                                  textContent: notes.join(', ')})),
          make('pre', {className: name, tabIndex: 0, textContent: text.slice(0, kMaxShown)})];
}

function ending(command) {
  const limit = command.limit ?
      `: ${command.limit.name}, ${command.limit.configured} ${command.limit.unit}` : '';
  switch (command.outcome) {
    case 'EXITED':
      return `Exited with ${command.exit_code}`;
    case 'SIGNALED':
      return `Ended by signal ${command.signal}`;
    case 'SECCOMP':
      return `Ended for a forbidden system call ${command.syscall || ''}`;
    default:
      return `${command.outcome}${limit}`;
  }
}

function usage(command) {
  const used = command.usage;
  if (!used) return [];
  const rows = [['Time', `${Math.round(used.wall_time_us / 1000)} ms`],
                ['CPU', `${Math.round((Number(used.cpu_user_us || 0) +
                                       Number(used.cpu_system_us || 0)) / 1000)} ms`],
                ['Memory', `${((used.memory_peak_bytes || used.max_rss_bytes || 0) /
                               1048576).toFixed(1)} MiB`]];
  return [make('table', {}, ...rows.map(([name, value]) => make('tr', {},
      make('th', {scope: 'row', textContent: name}), make('td', {textContent: value}))))];
}

function collected(file) {
  const size = file.size || 0;
  const item = make('li', {}, make('span', {className: 'path', textContent: file.path}),
                    make('span', {className: 'note', textContent: ` ${size} bytes `}));
  if (file.left_out) {
    item.append(make('span', {className: 'bad', textContent: `left out: ${file.left_out}`}));
    return item;
  }
  const ending_of_name = file.path.slice(file.path.lastIndexOf('.') + 1).toLowerCase();
  const type = kPictures[ending_of_name];
  const content = file.base64 !== undefined ? bytesOf(file.base64) : file.text || '';
  // What a program wrote is never opened as a page of this site.
  const url = URL.createObjectURL(new Blob([content], {type: type || 'application/octet-stream'}));
  urls.push(url);
  item.append(make('a', {href: url, download: file.path.split('/').pop(),
                         textContent: 'Download', ariaLabel: `Download ${file.path}`}));
  if (type) {
    item.append(make('figure', {}, make('img', {src: url, alt: `${file.path}, drawn by the program`})));
  } else if (file.text) {
    item.append(make('pre', {tabIndex: 0, textContent: file.text.slice(0, kMaxShown)}));
  }
  return item;
}

function show(told, ms) {
  clear();
  const output = element('output');
  if (told.error) {
    const place = told.error.place ? ` (${told.error.place})` : '';
    say(`${told.error.kind}: ${told.error.message || ''}${place}`, 'bad');
    return;
  }
  const commands = told.commands || [];
  const last = commands[commands.length - 1];
  const well = last && last.outcome === 'EXITED' && !last.exit_code;
  say(`${last ? ending(last) : 'Nothing ran'} · ${Math.round(ms)} ms`, well ? 'good' : 'bad');
  for (const command of commands) {
    if (commands.length > 1) {
      output.append(make('h2', {textContent: (command.argv || []).join(' ')}),
                    make('p', {className: 'note', textContent: ending(command)}));
    }
    output.append(...stream('stdout', command.stdout), ...stream('stderr', command.stderr));
  }
  if (told.value !== undefined) {
    output.append(make('h2', {textContent: 'value'}),
                  make('pre', {tabIndex: 0, textContent: JSON.stringify(told.value, null, 2)}));
  }
  const got = told.files || [];
  if (got.length) {
    output.append(make('h2', {textContent: `files (${got.length})`}),
                  make('ul', {id: 'collected'}, ...got.map(collected)));
  }
  if (last) output.append(make('h2', {textContent: 'usage'}), ...usage(last));
}

element('form').addEventListener('submit', (event) => {
  event.preventDefault();
  run();
});
element('form').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    run();
  }
});
element('cancel').addEventListener('click', () => running && running.abort());
element('profile').addEventListener('change', showProfile);
element('example').addEventListener('change', showExample);
element('upload').addEventListener('change', addUploads);
element('new-file').addEventListener('click', () => {
  files.push({path: `file${files.length + 1}.txt`, text: ''});
  showFiles();
});
element('key').addEventListener('change', loadProfiles);
loadProfiles();
