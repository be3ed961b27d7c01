// The token in the square code, as certificates/signing/token.py lays it out: both must change together, and one test
// runs the same examples through both. Pure: no page, no network. Decision 0044.

const CONTEXT = "suluh certificate token 1\n";
const LIST_CONTEXT = "suluh revocation list 1\n";
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const KINDS = ["completion", "participation", "trainer"];
const EPOCH = Date.UTC(1970, 0, 1);
const DAY = 86_400_000;
const HEAD = 27;
const SIGNATURE = 64;

// Why a token is not believed: "layout" (it is none of ours), "version", "key" (not one that is known), "signature".
export class BadToken extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

// Strict, as Python's: without padding, and only in its one form.
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new BadToken("layout");
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
  if (toBase64url(bytes) !== text) throw new BadToken("layout");
  return bytes;
}

export function toBase64url(bytes) {
  let raw = "";
  for (const byte of bytes) raw += String.fromCharCode(byte);
  return btoa(raw).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function keyId(publicKey) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", publicKey)).slice(0, 4);
}

// The browser's own Ed25519 where it has it, else that of @noble/ed25519 at the address given.
export async function signatureChecker(fallback) {
  try {
    // A key that is a point of the curve: that it is taken says that the browser knows Ed25519.
    const probe = fromBase64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    await crypto.subtle.importKey("raw", probe, { name: "Ed25519" }, false, ["verify"]);
    return async (publicKey, message, signature) => {
      try {
        const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
        return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
      } catch {
        return false;
      }
    };
  } catch {
    if (!fallback) return null;
  }
  const noble = await import(fallback);
  return async (publicKey, message, signature) => {
    try {
      return await noble.verifyAsync(signature, message, publicKey);
    } catch {
      return false;
    }
  };
}

function signed(context, body) {
  const before = new TextEncoder().encode(context);
  const all = new Uint8Array(before.length + body.length);
  all.set(before);
  all.set(body, before.length);
  return all;
}

const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

// What a token says, before anybody asks whether it is signed.
export function layOut(text) {
  const value = fromBase64url(text);
  if (value.length < HEAD + 3 + SIGNATURE) throw new BadToken("layout");
  const body = value.slice(0, -SIGNATURE);
  const view = new DataView(body.buffer);
  const version = view.getUint8(0);
  // A later layout of ours; anything else was never a token.
  if (version !== 1) throw new BadToken(version > 1 && version < 16 ? "version" : "layout");
  const flags = view.getUint8(5);
  const kind = KINDS[flags >> 1];
  const number = view.getBigUint64(6);
  if (!kind || number >= 1n << 60n) throw new BadToken("layout");
  const texts = [];
  let at = HEAD;
  for (let each = 0; each < 3; each++) {
    if (at >= body.length) throw new BadToken("layout");
    const end = at + 1 + body[at];
    if (end > body.length) throw new BadToken("layout");
    try {
      texts.push(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body.slice(at + 1, end)));
    } catch {
      throw new BadToken("layout");
    }
    at = end;
  }
  if (at !== body.length) throw new BadToken("layout");
  return {
    body,
    signature: value.slice(-SIGNATURE),
    signer: body.slice(1, 5),
    said: {
      number: asNumber(number),
      kind,
      is_specimen: Boolean(flags & 1),
      status_list: view.getUint16(14),
      status_index: (view.getUint8(16) << 16) | view.getUint16(17),
      issued_on: asDay(view.getUint16(19)),
      valid_until: asDay(view.getUint16(21)),
      edition: view.getUint16(23),
      revision: view.getUint16(25),
      language: texts[0],
      course_code: texts[1],
      name: texts[2],
    },
  };
}

// What a token says, if one of these keys signed it; throws BadToken, with what it claims to say as far as that is known.
export async function readToken(text, publicKeys, isSigned) {
  const { body, signature, signer, said } = layOut(text);
  let isKnown = false;
  for (const publicKey of publicKeys) {
    if (!isSame(await keyId(publicKey), signer)) continue;
    isKnown = true;
    if (await isSigned(publicKey, signed(CONTEXT, body), signature)) return said;
  }
  throw new BadToken(isKnown ? "signature" : "key");
}

// The revocation list, if one of these keys signed it; null otherwise.
export async function readList(file, publicKeys, isSigned) {
  try {
    const body = new TextEncoder().encode(file.signed);
    const signature = fromBase64url(file.signature);
    for (const publicKey of publicKeys) {
      if (toBase64url(publicKey) !== file.key) continue;
      if (await isSigned(publicKey, signed(LIST_CONTEXT, body), signature)) return unpack(JSON.parse(file.signed));
    }
  } catch {
    // no list
  }
  return null;
}

function unpack(list) {
  if (list.version !== 1 || isNaN(Date.parse(list.issued_at))) return null;
  const states = {};
  for (const [state, places] of Object.entries(list.states)) {
    states[state] = {};
    for (const [number, packed] of Object.entries(places)) states[state][number] = new Set(indexes(fromBase64url(packed)));
  }
  return { ...list, states };
}

// Distances between ascending indexes, seven bits a byte, the lowest first.
function indexes(bytes) {
  const found = [];
  let before = 0, distance = 0, shift = 0;
  for (const byte of bytes) {
    distance |= (byte & 127) << shift;
    shift += 7;
    if (byte & 128) continue;
    before += distance;
    found.push(before);
    distance = shift = 0;
  }
  return found;
}

function asNumber(value) {
  let letters = "";
  for (let place = 11n; place >= 0n; place--) letters += ALPHABET[Number((value >> (5n * place)) & 31n)];
  return `SLH-${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

function asDay(days) {
  return new Date(EPOCH + days * DAY).toISOString().slice(0, 10);
}
