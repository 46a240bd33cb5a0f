// Shows what openapi.json says, and sends requests by hand. Everything is put in as text, never as markup.
"use strict";

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

// Words of the document, in which `code` stands between backticks.
function prose(text) {
  const code = (part, i) => (i % 2 ? make("code", { textContent: part }) : part);
  return (text || "").split("`").map(code);
}

// One field for a parameter: a choice where the document lists its values.
function field(parameter) {
  const values = parameter.schema && parameter.schema.enum;
  const input = values
    ? make("select", {}, make("option", { value: "", textContent: "" }),
        ...values.map((value) => make("option", { value, textContent: value })))
    : make("input", { type: "text", autocomplete: "off", spellcheck: false, required: Boolean(parameter.required) });
  const words = `${parameter.name}${parameter.required ? "" : " (optional)"}: `;
  return { parameter, input, label: make("label", {}, words, ...prose(parameter.description), input) };
}

function target(path, fields) {
  const query = new URLSearchParams();
  let filled = path;
  for (const { parameter, input } of fields) {
    if (parameter.in === "path") {
      // The path of a file keeps its slashes.
      const parts = input.value.split("/").map(encodeURIComponent);
      filled = filled.replace(`{${parameter.name}}`, parts.join("/"));
    } else if (parameter.in === "query" && input.value !== "") {
      query.set(parameter.name, input.value);
    }
  }
  return query.size > 0 ? `${filled}?${query}` : filled;
}

async function shown(response) {
  const kind = response.headers.get("content-type") || "";
  if (!/json|text/.test(kind)) {
    const blob = await response.blob();
    return `${blob.size} bytes of ${kind || "unknown type"}`;
  }
  const text = await response.text();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function call(path, method, operation) {
  const fields = (operation.parameters || []).filter((p) => p.in !== "header").map(field);
  const uploads = Boolean(operation.requestBody);
  const files = make("input", { type: "file", multiple: true });
  const send = make("button", { type: "submit", textContent: "Send" });
  const answer = make("pre", { hidden: true });
  answer.setAttribute("aria-live", "polite");
  const form = make("form", { className: "inside" });
  // The button, or Enter in a field.
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    answer.hidden = false;
    answer.className = "";
    answer.textContent = "…";
    try {
      const headers = {};
      const token = document.getElementById("token").value.trim();
      if (token) headers.Authorization = `Bearer ${token}`;
      let body;
      if (uploads) {
        body = new FormData();
        for (const file of files.files) body.append("file", file, file.name);
      }
      const response = await fetch(target(path, fields), { method: method.toUpperCase(), headers, body });
      answer.textContent = `${response.status} ${response.statusText}\n\n${await shown(response)}`;
      answer.className = response.ok ? "good" : "bad";
    } catch (error) {
      answer.className = "bad";
      answer.textContent = `No answer: ${error.message}`;
    } finally {
      send.disabled = false;
    }
  });
  const answers = Object.entries(operation.responses).map(([status, said]) =>
    make("tr", {}, make("td", { textContent: status }), make("td", {}, ...prose(said.description))));
  form.append(
    make("p", {}, ...prose(operation.description)),
    ...fields.map((f) => f.label),
    ...(uploads ? [make("label", {}, "Files", files)] : []),
    make("table", {}, make("tbody", {}, ...answers)),
    send, answer);
  return make("details", {},
    make("summary", {},
      make("span", { className: `method ${method}`, textContent: method.toUpperCase() }),
      make("code", { textContent: path }),
      make("span", { textContent: operation.summary || "" })),
    form);
}

async function start() {
  const calls = document.getElementById("calls");
  try {
    const api = await (await fetch("/openapi.json")).json();
    document.getElementById("about").textContent = `${api.info.description} Version ${api.info.version}.`;
    const all = Object.entries(api.paths).flatMap(([path, item]) =>
      ["get", "post", "delete"].filter((m) => item[m]).map((m) => call(path, m, item[m])));
    calls.replaceChildren(...all);
  } catch (error) {
    calls.replaceChildren(make("p", { textContent: `The document can't be read: ${error.message}` }));
  }
  calls.removeAttribute("aria-busy");
}

start();
