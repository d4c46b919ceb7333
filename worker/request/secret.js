/**
 * Whether a given text is the secret, in a time that tells nothing about it:
 * compared are their digests.
 * @param {string} given
 * @param {string} secret
 */
export async function sameSecret(given, secret) {
  const [a, b] = await Promise.all([given, secret].map(digest));
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= a[index] ^ b[index];
  return difference === 0;
}

/** @param {string} text */
async function digest(text) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}
