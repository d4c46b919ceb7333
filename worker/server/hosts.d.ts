/** What worker/deno.js and worker/bun.js use of their runtimes. */
declare const Deno: {
  serve(
    options: { hostname: string; port: number; onListen(): void },
    handle: (request: Request) => Promise<Response>,
  ): { addr: { port: number }; shutdown(): Promise<void> };
};

declare const Bun: {
  serve(options: {
    hostname: string;
    port: number;
    idleTimeout: number;
    fetch: (request: Request) => Promise<Response>;
  }): { port: number; stop(closeActive?: boolean): Promise<void> };
};
