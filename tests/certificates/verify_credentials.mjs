// Verifies credentials with Digital Bazaar's libraries, offline. From standard input, as JSON: `contexts` and `documents`
// by address, `cases` by name; to standard output: for each case true, or what was wrong. Run from a folder that has
// node_modules.
import {gunzipSync} from 'node:zlib';
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(process.cwd() + '/');
const load = name => import(pathToFileURL(require.resolve(name)));
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');

const {contexts, documents, cases} = JSON.parse(readFileSync(0, 'utf8'));

async function documentLoader(url) {
  const [base, fragment] = url.split('#');
  let document = contexts[url] ?? documents[url] ?? documents[base];
  if(!document) {
    throw new Error(`unreachable: ${url}`);
  }
  if(fragment && document.verificationMethod) {
    const method = document.verificationMethod.find(each => each.id === url);
    if(!method) {
      throw new Error(`no such key: ${url}`);
    }
    document = {'@context': 'https://w3id.org/security/multikey/v1', ...method};
  }
  return {contextUrl: null, documentUrl: url, document};
}

const suite = () => new DataIntegrityProof({cryptosuite});

async function checkStatus({credential}) {
  for(const entry of [credential.credentialStatus].flat()) {
    const {document} = await documentLoader(entry.statusListCredential);
    const list = await vc.verifyCredential({credential: document, suite: suite(), documentLoader});
    const bits = gunzipSync(Buffer.from(document.credentialSubject.encodedList.slice(1), 'base64url'));
    const index = Number(entry.statusListIndex);
    if(!list.verified || document.issuer !== credential.issuer.id || bits[index >> 3] & (0x80 >> (index & 7))) {
      return {verified: false, error: new Error(`status: ${entry.statusPurpose}`)};
    }
  }
  return {verified: true};
}

const results = {};
for(const [name, {credential, now}] of Object.entries(cases)) {
  const {verified, error, statusResult} = await vc.verifyCredential(
    {credential, suite: suite(), documentLoader, checkStatus, now: new Date(now)});
  results[name] = verified || String(error?.errors?.[0]?.message ?? statusResult?.error?.message ?? error);
}
process.stdout.write(JSON.stringify(results));
