// The chat page. It shows what the server streams and sends back what one does;
// it keeps nothing of its own but what is typed. Texts reach the page as
// textContent; the one exception is a message's html, which the server escapes.

const $ = (id) => document.getElementById(id);
const api = (path) => `/api/people/${person.id}/${path}`;

let about;                 // the bot, people and panels
let person;                // who one is
let stream;                // the person's events
let state;                 // the last one
let shown = new Map();     // message or album key → {json, node}
let seenToasts;            // ids; null until the first state
let picked = [];           // files to send
let pickedAs = "photo";
let editing = 0;           // id of the message being edited
const drafts = new Map();  // person → text

function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  for (const [k, v] of Object.entries(props.data ?? {})) node.dataset[k] = v;
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

// Drawn, because not every machine has a font with pictures.
const icons = {
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.01",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 4-5.5 7.5-5.5s6.9 1.5 7.5 5.5z",
  location: "M12 21s6.5-6 6.5-11a6.5 6.5 0 0 0-13 0c0 5 6.5 11 6.5 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  sticker: "M20 13a8 8 0 1 1-9-9c0 5 4 9 9 9zM11 4l9 9",
  voice: "M12 15a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zM6 12a6 6 0 0 0 12 0M12 18v3",
  panel: "M3 5h18v14H3zM3 10h18M9 10v9",
};

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", icons[name]);
  svg.append(path);
  return svg;
}

async function post(action, fields) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields ?? {});
  try {
    const answer = await fetch(api(action), { method: "POST", body });
    if (!answer.ok) toast((await answer.text()).trim());
    return answer.ok;
  } catch {
    toast("The sandbox does not answer.");
    return false;
  }
}

// ---- who one is, and panels

const flags = { ru: "русский", ro: "română", ky: "кыргызча", en: "English" };

function drawSide() {
  $("people").replaceChildren(...about.people.map((p) => {
    const avatar = el("span", { className: "avatar", textContent: [...p.name][0] ?? "?" });
    avatar.style.setProperty("--hue", (p.id * 67) % 360);
    const name = el("span", { className: "name" }, el("span", { textContent: p.name }),
      el("small", { textContent: flags[p.language] ?? p.language }));
    const button = el("button", { type: "button", data: { person: p.id }, title: `${p.name}, ${p.language}` }, avatar, name);
    button.onclick = () => { location.hash = `/people/${p.id}`; };
    return button;
  }));
  $("panels-title").hidden = about.panels.length === 0;
  $("panels").replaceChildren(...about.panels.map((p, i) =>
    el("a", { href: `#/panels/${i}`, data: { panel: i } }, icon("panel"), p.title)));
}

function route() {
  const [, kind, id] = location.hash.slice(1).split("/");
  const panel = kind === "panels" ? about.panels[Number(id)] : undefined;
  for (const node of $("side").querySelectorAll("[data-person],[data-panel]")) {
    const mine = panel ? node.dataset.panel === id : node.dataset.person === (id ?? String(about.people[0]?.id));
    node.setAttribute("aria-current", mine);
  }
  $("panel").hidden = !panel;
  $("chat").hidden = Boolean(panel) || about.people.length === 0;
  if (panel) {
    $("panel-name").textContent = panel.title;
    $("panel-open").href = panel.path;
    $("panel-frame").src = panel.path;
    return;
  }
  const next = about.people.find((p) => String(p.id) === id) ?? about.people[0];
  if (next) become(next);
}

function become(next) {
  if (person?.id === next.id && stream?.readyState !== EventSource.CLOSED) return;
  if (person) drafts.set(person.id, $("text").value);
  stream?.close();
  person = next;
  seenToasts = null;
  shown = new Map();
  $("messages").replaceChildren();
  stopEditing();
  clearPicked();
  $("text").value = drafts.get(person.id) ?? "";
  grow();
  document.title = `${person.name} · ${about.name}`;
  $("chat").dataset.person = person.id;
  stream = new EventSource(api("events"));
  stream.onmessage = (event) => draw(JSON.parse(event.data));
  stream.onerror = () => { $("status").textContent = "connecting…"; };
}

// ---- the chat

let typingTimer;

function draw(next) {
  state = next;
  drawStatus();
  drawMessages();
  drawKeyboard();
  drawCommands();
  $("start").hidden = state.started && !state.blocked;
  $("start").textContent = state.blocked ? "RESTART BOT" : "START";
  $("composer").hidden = !$("start").hidden;
  $("block").textContent = state.blocked ? "Unblock" : "Block";
  $("chat").dataset.waiting = state.waiting;
  const fresh = seenToasts ? state.toasts.filter((t) => !seenToasts.has(t.id)) : [];
  seenToasts = new Set(state.toasts.map((t) => t.id));
  for (const t of fresh) if (t.text) t.alert ? alertBox(t.text) : toast(t.text);
}

function drawStatus() {
  clearTimeout(typingTimer);
  $("status").textContent = state.blocked ? "blocked" : state.typing ? "typing…" : "bot";
  $("status").dataset.typing = state.typing;
  if (state.typing) typingTimer = setTimeout(() => { state.typing = false; drawStatus(); }, 5000);
}

// groups puts the messages of one album together.
function groups(messages) {
  const out = [];
  for (const m of messages) {
    const last = out.at(-1);
    if (m.album && last?.[0].album === m.album) last.push(m);
    else out.push([m]);
  }
  return out;
}

function drawMessages() {
  const box = $("messages"), scroll = $("scroll");
  const low = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const first = shown.size === 0;
  const kept = new Map();
  for (const group of groups(state.messages)) {
    const key = group[0].id, json = JSON.stringify(group), old = shown.get(key);
    if (old?.json === json) { kept.set(key, old); continue; }
    const node = message(group);
    if (!first && !old) node.classList.add("fresh");
    kept.set(key, { json, node });
  }
  shown = kept;
  const nodes = [...kept.values()].map((v) => v.node);
  if (!state.started && state.description) nodes.push(el("div", { className: "about", id: "description", textContent: state.description }));
  for (const node of [...box.children]) if (!nodes.includes(node)) node.remove();
  nodes.forEach((node, i) => { if (box.children[i] !== node) box.insertBefore(node, box.children[i] ?? null); });
  if (low || first) scroll.scrollTop = scroll.scrollHeight;
}

function message(group) {
  const m = group[0], last = group.at(-1);
  const bubble = el("div", { className: "bubble" });
  if (m.forwarded) bubble.append(el("div", { className: "quote", textContent: `Forwarded from ${m.forwarded}` }));
  if (m.reply) bubble.append(el("div", { className: "quote", textContent: m.reply }));
  const photos = group.filter((x) => x.photo);
  if (photos.length) bubble.append(album(photos));
  for (const x of group) bubble.append(...things(x));
  const body = el("span", { className: "body" });
  body.innerHTML = group.map((x) => x.html).filter(Boolean).join("\n"); // escaped by the server
  bubble.append(body, el("span", { className: "meta", textContent: (last.edited ? "edited " : "") + last.time }));
  const node = el("article", {
    className: `message ${m.bot ? "bot" : "me"}`,
    data: { id: m.id, ids: group.map((x) => x.id).join(","), from: m.bot ? "bot" : "me", text: m.text },
  }, bubble, tools(group));
  const rows = group.flatMap((x) => (x.buttons ?? []).map((row) => [x, row]));
  if (rows.length) node.append(el("div", { className: "buttons" }, ...rows.map(([x, row]) => el("div", {}, ...row.map((b) => inlineButton(x, b))))));
  return node;
}

function album(photos) {
  const box = el("div", { className: "album", data: { count: photos.length } });
  for (const m of photos) {
    const img = el("img", { src: api(`files/${m.photo.file_id}`), alt: "photo", loading: "lazy", width: m.photo.width, height: m.photo.height });
    img.onload = () => { if ($("scroll").dataset.low === "true") $("scroll").scrollTop = $("scroll").scrollHeight; };
    img.onclick = () => { $("viewer").querySelector("img").src = img.src; $("viewer").showModal(); };
    box.append(img);
  }
  return box;
}

function things(m) {
  const thing = (kind, title, note, href) => el(href ? "a" : "div", { className: "thing", ...(href ? { href, download: title } : {}) },
    el("i", {}, icon(kind)), el("span", {}, el("span", { textContent: title }), el("small", { textContent: note })));
  const out = [];
  if (m.document) out.push(thing("file", m.document.file_name || "file", size(m.document.file_size), api(`files/${m.document.file_id}`)));
  if (m.contact) out.push(thing("contact", `${m.contact.first_name} ${m.contact.last_name ?? ""}`.trim(), m.contact.phone_number));
  if (m.location) out.push(thing("location", "Location", `${m.location.latitude.toFixed(4)}, ${m.location.longitude.toFixed(4)}`));
  if (m.voice) out.push(thing("voice", "Voice note", `${m.voice.duration} s`));
  if (m.sticker) out.push(el("div", { className: "sticker", textContent: m.sticker.emoji }));
  return out;
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}

function inlineButton(m, b) {
  const button = el("button", { type: "button", textContent: b.text, data: { message: m.id, label: b.text } });
  if (b.style) button.dataset.style = b.style;
  if (b.url) {
    button.classList.add("link");
    button.dataset.url = b.url;
    button.onclick = () => window.open(b.url, "_blank", "noopener");
  } else if (b.copy_text) {
    button.onclick = () => navigator.clipboard.writeText(b.copy_text.text).then(() => toast("Copied."), () => toast(b.copy_text.text));
  } else {
    button.dataset.data = b.callback_data;
    button.onclick = async () => {
      button.setAttribute("aria-busy", "true");
      await post("press", { message: m.id, data: b.callback_data });
      setTimeout(() => button.removeAttribute("aria-busy"), 400);
    };
  }
  return button;
}

function tools(group) {
  const m = group[0];
  const remove = el("button", { type: "button", textContent: "Delete", data: { action: "delete" } });
  remove.onclick = () => { for (const x of group) post("delete", { message: x.id }); };
  const edit = el("button", { type: "button", textContent: "Edit", data: { action: "edit" } });
  edit.onclick = () => startEditing(m);
  return el("div", { className: "tools" }, !m.bot && m.text ? edit : null, remove);
}

function drawKeyboard() {
  const rows = state.keyboard?.keyboard ?? [];
  $("keyboard").hidden = rows.length === 0 || !state.started || state.blocked;
  $("text").placeholder = state.keyboard?.input_field_placeholder || "Message";
  const json = JSON.stringify(rows);
  if ($("keyboard").dataset.json === json) return;
  $("keyboard").dataset.json = json;
  $("keyboard").replaceChildren(...rows.map((row) => el("div", {}, ...row.map((b) => {
    const kind = b.request_contact ? "contact" : b.request_location ? "location" : "";
    const button = el("button", { type: "button", data: { label: b.text } }, kind ? icon(kind) : null, b.text);
    button.onclick = () => post("tap", { label: b.text });
    return button;
  }))));
}

function drawCommands() {
  const list = state.commands ?? [];
  $("menu").hidden = list.length === 0;
  $("commands").replaceChildren(...list.map((c) => {
    const button = el("button", { type: "button", data: { command: c.command } },
      el("b", { textContent: `/${c.command}` }), el("span", { textContent: c.description }));
    button.onclick = () => { $("commands").hidden = true; post("send", { text: `/${c.command}` }); };
    return button;
  }));
}

// ---- toasts

let toastTimer;

function toast(text) {
  $("toast").textContent = text;
  $("toast").hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 3500);
}

function alertBox(text) {
  $("alert").querySelector("p").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

// ---- writing

function grow() {
  const t = $("text");
  t.style.height = "auto";
  t.style.height = `${t.scrollHeight}px`;
}

async function send() {
  const text = $("text").value;
  if (editing) {
    if (await post("edit", { message: editing, text })) { $("text").value = ""; stopEditing(); }
  } else if (picked.length) {
    const form = new FormData();
    form.set("text", text);
    form.set("as", pickedAs);
    for (const file of picked) form.append("file", file);
    $("text").value = "";
    clearPicked();
    await post("send", form);
  } else if (text.trim()) {
    $("text").value = "";
    await post("send", { text });
  }
  grow();
}

function startEditing(m) {
  editing = m.id;
  $("editing").hidden = false;
  $("text").value = m.text;
  grow();
  $("text").focus();
}

function stopEditing() {
  if (editing) $("text").value = "";
  editing = 0;
  $("editing").hidden = true;
}

function pick(files, as) {
  if (as !== pickedAs) clearPicked();
  pickedAs = as;
  picked.push(...files);
  drawPicked();
  $("text").focus();
}

function clearPicked() {
  picked = [];
  drawPicked();
}

function drawPicked() {
  for (const img of $("picked").querySelectorAll("img")) URL.revokeObjectURL(img.src);
  $("picked").hidden = picked.length === 0;
  $("picked").replaceChildren(...picked.map((file, i) => {
    const drop = el("button", { type: "button", textContent: "✕", title: "Remove" });
    drop.onclick = () => { picked.splice(i, 1); drawPicked(); };
    const view = pickedAs === "photo" ? el("img", { src: URL.createObjectURL(file), alt: file.name })
      : el("figcaption", { textContent: file.name });
    return el("figure", {}, view, drop);
  }));
}

function popup(id) {
  for (const other of ["attach", "commands"]) $(other).hidden = other !== id || !$(other).hidden;
}

// ---- what one does

$("composer").onsubmit = (event) => { event.preventDefault(); send(); };
$("text").oninput = grow;
$("text").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
  if (event.key === "Escape") stopEditing();
};
// Driven browsers send the character of a key on its own.
$("text").onkeypress = (event) => { if (event.key === "Enter" && !event.shiftKey) event.preventDefault(); };
$("text").onpaste = (event) => {
  const images = [...event.clipboardData.files].filter((f) => f.type.startsWith("image/"));
  if (images.length) { event.preventDefault(); pick(images, "photo"); }
};
$("start").onclick = () => post("send", { text: "/start" });
$("block").onclick = () => post(state.blocked ? "unblock" : "block");
$("menu").onclick = () => popup("commands");
$("clip").onclick = () => popup("attach");
$("stop-editing").onclick = () => { stopEditing(); grow(); };
$("panel-back").onclick = () => { location.hash = person ? `/people/${person.id}` : ""; };
$("viewer").onclick = () => $("viewer").close();
$("photos").onchange = (event) => { pick(event.target.files, "photo"); event.target.value = ""; };
$("files").onchange = (event) => { pick(event.target.files, "file"); event.target.value = ""; };
for (const button of $("attach").children) button.prepend(icon(button.dataset.icon));
$("attach").onclick = (event) => {
  const { pick: what, do: act } = event.target.closest("button")?.dataset ?? {};
  if (what) $(what === "photo" ? "photos" : "files").click();
  if (act) post(act);
  $("attach").hidden = true;
};
$("messages").onclick = (event) => {
  const command = event.target.closest("[data-command]");
  if (command) { event.preventDefault(); post("send", { text: command.dataset.command }); }
  event.target.closest(".tg-spoiler")?.classList.toggle("shown");
};
$("scroll").onscroll = () => {
  const s = $("scroll");
  s.dataset.low = s.scrollHeight - s.scrollTop - s.clientHeight < 120;
};
$("scroll").dataset.low = "true";
document.addEventListener("click", (event) => {
  if (!event.target.closest(".popup, #menu, #clip")) popup("");
});
$("chat").ondragover = (event) => event.preventDefault();
$("chat").ondrop = (event) => {
  event.preventDefault();
  const files = [...event.dataTransfer.files];
  const images = files.every((f) => f.type.startsWith("image/"));
  if (files.length) pick(files, images ? "photo" : "file");
};
window.onhashchange = route;

about = await (await fetch("/api/about")).json();
$("bot-name").textContent = about.name;
$("chat").querySelector(".avatar").textContent = [...about.name][0] ?? "B";
drawSide();
route();
document.body.dataset.ready = "true";
