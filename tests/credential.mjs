// Signs a credential and checks it with Digital Bazaar's packages alone, to show which of them a check needs: what is fetched
// comes from a table, as the credential's issuer is a did:web of ours.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';

const did = 'did:web:suluh.example';
const key = await Ed25519Multikey.generate({id: `${did}#key`, controller: did});
const method = await key.export({publicKey: true, includeContext: true});
const known = {
  [did]: {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    assertionMethod: [`${did}#key`],
    verificationMethod: [method],
  },
  [`${did}#key`]: method,
};
const unknown = [];
const documentLoader = async url => {
  if (url in known) return {contextUrl: null, documentUrl: url, document: known[url]};
  try {
    return await vc.defaultDocumentLoader(url);
  } catch (error) {
    unknown.push(url);
    throw error;
  }
};

const credential = {
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  type: ['VerifiableCredential'],
  issuer: did,
  validFrom: '2026-11-23T00:00:00Z',
  credentialSubject: {name: 'Siti', id: 'urn:uuid:0b7c1e2a-5d3f-4c77-9b1e-2f60c1a8d9e4'},
};
credential['@context'].push({name: 'https://schema.org/name'});
const signed = await vc.issue({
  credential,
  suite: new DataIntegrityProof({signer: key.signer(), cryptosuite}),
  documentLoader,
});
const suite = new DataIntegrityProof({cryptosuite});
const altered = structuredClone(signed);
altered.credentialSubject.name = 'Sita';
const check = async each => (await vc.verifyCredential({credential: each, suite, documentLoader})).verified;
console.log(JSON.stringify({
  'as it was signed': await check(signed),
  'with another name': await check(altered),
  'asked for': unknown,
}));
