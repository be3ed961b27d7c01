// Passkeys: asks the device, puts its answer into the form and sends it. Without a script nothing here is shown or sent.
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// What the server calls by text, the browser wants as bytes.
function readable(options) {
  const found = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) found[list] = options[list].map((each) => ({ ...each, id: toBytes(each.id) }));
  }
  return found;
}

function sendable(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function ask(form) {
  if (form.dataset.passkey === "create") {
    const options = readable(JSON.parse(document.getElementById("passkey-data").textContent).creation_options.publicKey);
    const alone = form.elements.passwordless?.checked ?? false;
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    };
    return navigator.credentials.create({ publicKey: options });
  }
  let data;
  if (form.dataset.passkeyOptions) {
    const answer = await fetch(form.dataset.passkeyOptions, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`options: ${answer.status}`);
    data = await answer.json();
  } else {
    data = JSON.parse(document.getElementById("passkey-data").textContent);
  }
  return navigator.credentials.get({ publicKey: readable(data.request_options.publicKey) });
}

const able = "PublicKeyCredential" in window;
const note = (name) => document.querySelectorAll(`[data-passkey-${name}]`);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (able) form.hidden = false;
  else if (!form.hidden) note("missing").forEach((each) => (each.hidden = false));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy || !able) return;
    form.dataset.busy = "yes";
    note("failed").forEach((each) => (each.hidden = true));
    try {
      form.elements.credential.value = sendable(await ask(form));
      // What was ticked for the password holds for the passkey too.
      if (document.querySelector("form input[name=shared]")?.checked && !form.elements.shared) {
        const shared = Object.assign(document.createElement("input"), { type: "hidden", name: "shared", value: "on" });
        form.append(shared);
      }
      form.submit();
    } catch {
      note("failed").forEach((each) => (each.hidden = false));
    }
    delete form.dataset.busy;
  });
}
