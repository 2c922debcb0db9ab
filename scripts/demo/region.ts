import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { DemoError } from './error.ts';

/** Where a region's load balancer is played, and of which region. */
export interface Stage {
  readonly region: string;
  readonly host: string;
  readonly port: number;
}

interface Reply {
  readonly status: number;
  readonly text: string;
  /** The methods that would have been right. */
  readonly allow?: string;
}

/** The load balancer of a region: it answers health probes, and can be told to fail and to recover. */
export class Region {
  readonly url: string;
  readonly #stage: Stage;
  readonly #server: Server;
  readonly #tell: (line: string) => void;
  #isFailing = false;

  constructor(stage: Stage, tell: (line: string) => void) {
    this.#stage = stage;
    this.#tell = tell;
    const host = stage.host.includes(':') ? `[${stage.host}]` : stage.host;
    this.url = `http://${host}:${stage.port}`;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  async start(): Promise<void> {
    const { region, host, port } = this.#stage;
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code !== 'EADDRINUSE')
        throw new DemoError(`${region} can't listen on ${host} port ${port}: ${String(error)}`);
      throw new DemoError(`${host} port ${port}, for ${region}, is taken. Is another demo running?`);
    }
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer({ method = '', url = '/' }: IncomingMessage, response: ServerResponse): void {
    const { status, text, allow } = this.#reply(method, url.split('?', 1).join());
    if (allow !== undefined) response.setHeader('allow', allow);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${text}\n`);
  }

  #reply(method: string, path: string): Reply {
    switch (path) {
      case '/':
      case '/healthz': {
        if (method !== 'GET' && method !== 'HEAD')
          return { status: 405, text: `${path} takes a GET`, allow: 'GET, HEAD' };
        return { status: path === '/healthz' && this.#isFailing ? 503 : 200, text: this.#state() };
      }
      case '/fail':
      case '/recover': {
        const advice = `This changes something, so it takes a POST: curl -X POST ${this.url}${path}`;
        if (method !== 'POST') return { status: 405, text: advice, allow: 'POST' };
        this.#become(path === '/fail');
        return { status: 200, text: this.#state() };
      }
      default:
        return { status: 404, text: 'There are: GET /, GET /healthz, POST /fail, POST /recover' };
    }
  }

  #become(isFailing: boolean): void {
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    this.#tell(`${this.#stage.region} was told to ${isFailing ? 'fail' : 'recover'}`);
  }

  #state(): string {
    return `${this.#stage.region} ${this.#isFailing ? 'fails' : 'passes'} its health checks`;
  }
}
