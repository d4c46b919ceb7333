// lambda-edge-request.mjs - Lambda@Edge on the origin request event: thimble answers itself.
import { startLambdaEdge } from '../lambda-edge.mjs';

export const title = 'Lambda@Edge, origin request';

/** Node and Info-ZIP run it, CloudFront's part is played by tests/aws/cloudfront.mjs. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export const start = ({ originUrl }) => startLambdaEdge('originRequest', originUrl);
