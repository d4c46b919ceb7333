// lambda-edge.mjs - starts what hosts/lambda-edge*.mjs are: the package as it is uploaded, in
// sandboxes, behind a CloudFront that has the query function too.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cloudfrontFunction } from '../../scripts/lib/cloudfront-function.mjs';
import { packLambda } from '../../scripts/lambda.mjs';
import { startCloudfront } from '../aws/cloudfront.mjs';
import { createFunction, unpack } from '../aws/sandbox.mjs';
import { serviceConfig } from './service-config.mjs';

/** @param {'originRequest' | 'originResponse'} event @param {string} originUrl */
export async function startLambdaEdge(event, originUrl) {
  const folder = await mkdtemp(path.join(tmpdir(), 'thimble-package-'));
  const config = path.join(folder, 'thimble.json');
  const zip = path.join(folder, 'lambda.zip');
  await writeFile(config, JSON.stringify(serviceConfig(originUrl)));
  await packLambda(config, zip);
  const unpacked = await unpack(zip);
  const lambda = createFunction({
    folder: unpacked.folder,
    handler: `worker/lambda-edge.${event}`,
  });
  const viewerRequest = await cloudfrontFunction();
  const keyHeaders = ['accept', 'origin']; // as docs/hosts/aws.md has it for `cors`
  const cloudfront = await startCloudfront({
    originUrl,
    viewerRequest,
    [event]: lambda,
    keyHeaders,
  });
  return {
    url: cloudfront.url,
    async stop() {
      await cloudfront.stop();
      lambda.stop();
      await unpacked.remove();
      await rm(folder, { recursive: true });
    },
    traits: { cache: 'front', originFirst: event === 'originResponse' },
  };
}
