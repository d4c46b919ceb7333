// lambda-edge-response.mjs - Lambda@Edge on the origin response event, as in the article: CloudFront
// has asked the origin, thimble asks it again.
import { startLambdaEdge } from '../lambda-edge.mjs';

export const title = 'Lambda@Edge, origin response';

/** As in lambda-edge-request.mjs. */
export const missing = async () => '';

/** @param {{ originUrl: string }} options */
export const start = ({ originUrl }) => startLambdaEdge('originResponse', originUrl);
