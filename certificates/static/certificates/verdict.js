// What a device may say of a token by what it holds: the keys, and a list of withdrawn certificates that may be old.
// It never says that a certificate is valid, only what it could find out. Pure: no page, no network. Decision 0044.

const DAY = 86_400_000;
// A clock may be this much behind the server's.
const PATIENCE = 3_600_000;
// An older list is shown as old.
export const OLD_AFTER_DAYS = 7;

// `code` is what token.js exports, `keys` and `distrusted` are public keys as bytes, `list` what readList gave or null.
// Answers with `verdict` and what is known beside it.
export async function decide({ token, keys, distrusted = [], list, now, isSigned, code }) {
  const found = { verdict: "", said: null, ...age(list, now) };
  // A page that was kept may still carry a key that the list of today no longer trusts.
  const isGone = (key) => distrusted.some((gone) => gone.length === key.length && gone.every((byte, at) => byte === key[at]));
  try {
    found.said = await code.readToken(token, keys.filter((key) => !isGone(key)), isSigned);
  } catch (problem) {
    if (!(problem instanceof code.BadToken)) throw problem;
    found.verdict = { signature: "altered", key: "unknown_key", version: "unknown_version" }[problem.why] ?? "not_ours";
    if (problem.why === "key" && (await isOneOf(distrusted, { token, isSigned, code }))) found.verdict = "distrusted";
    return found;
  }
  const { said } = found;
  const today = new Date(Math.max(now, list ? Date.parse(list.issued_at) : 0));
  // No certificate comes from tomorrow; a day more for whoever is ahead of the server.
  found.isClockBehind ||= Date.parse(said.issued_on) > today.getTime() + DAY;
  found.verdict = said.is_specimen ? "specimen" : (stateIn(list, said) ?? plain(said, list, today));
  return found;
}

function plain(said, list, today) {
  if (said.valid_until < today.toISOString().slice(0, 10)) return "expired";
  return list ? "genuine" : "genuine_without_list";
}

function stateIn(list, said) {
  const states = ["revoked", "suspended", "superseded"];
  return states.find((state) => list?.states[state]?.[said.status_list]?.has(said.status_index));
}

// How old the list is, and whether this device's clock stands before it.
export function age(list, now) {
  if (!list) return { listDay: "", days: null, isOld: false, isClockBehind: false };
  const at = Date.parse(list.issued_at);
  const days = Math.max(0, Math.floor((now - at) / DAY));
  return { listDay: list.issued_at.slice(0, 10), days, isOld: days > OLD_AFTER_DAYS, isClockBehind: now < at - PATIENCE };
}

async function isOneOf(keys, { token, isSigned, code }) {
  try {
    await code.readToken(token, keys, isSigned);
    return true;
  } catch {
    return false;
  }
}

// The token and the number in whatever was scanned or typed: an address with a token behind “#”, or a token alone.
export function taken(text, origin) {
  const typed = text.trim();
  const foreign = /^https?:/i.test(typed) && !isAt(typed, origin);
  const hash = typed.indexOf("#");
  const token = (hash < 0 ? typed : typed.slice(hash + 1)).replace(/\s+/g, "");
  const number = /\/verify\/([^#?/]+)/.exec(hash < 0 ? typed : typed.slice(0, hash))?.[1] ?? "";
  const isToken = /^[A-Za-z0-9_-]{100,}$/.test(token);
  return { token: isToken ? token : "", number: decode(number), foreign: foreign ? hostOf(typed) : "" };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isAt(address, origin) {
  try {
    return new URL(address).origin === origin;
  } catch {
    return false;
  }
}

function hostOf(address) {
  try {
    return new URL(address).host;
  } catch {
    return address.slice(0, 80);
  }
}
