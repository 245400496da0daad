/**
 * The part of oidc-provider 9 that the embedded issuer uses; the package has no types of its own.
 *
 * Its inner files are imported because its index prints a warning about the Node version when loaded.
 */
declare module 'oidc-provider/lib/provider.js' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  export interface Client {
    readonly clientId: string;
    readonly redirectUris?: readonly string[];
    grantTypeAllowed(type: string): boolean;
  }

  interface Model {
    save(): Promise<string>;
    readonly expiration: number;
  }

  export interface Grant extends Model {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    getOIDCScopeFiltered(scopes: ReadonlySet<string>): string;
  }

  export interface AccessToken extends Model {
    readonly kind: 'AccessToken' | 'ClientCredentials';
    readonly accountId: string;
    readonly clientId: string;
  }

  interface IdToken {
    scope: string;
    issue(options: { use: 'idtoken' }): Promise<string>;
  }

  export interface OidcContext {
    body: unknown;
    type: string;
    status: number;
    get(header: string): string;
    oidc: {
      readonly client: Client;
      readonly params: Readonly<Record<string, string | undefined>>;
      readonly session: { readonly accountId: string };
      readonly result?: { readonly consent?: { readonly grantId?: string } };
      readonly provider: Provider;
      readonly requestParamScopes: ReadonlySet<string>;
      entity(kind: string, value: unknown): void;
    };
  }

  export interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string };
    readonly params: Readonly<Record<string, unknown>>;
  }

  export class Provider {
    constructor(issuer: string, configuration: object);
    /** Koa's switch: errors are emitted, not printed. */
    silent: boolean;
    callback(): (req: IncomingMessage, res: ServerResponse) => Promise<void>;
    on(event: 'server_error', listener: (ctx: OidcContext, error: Error) => void): this;
    registerGrantType(name: string, handler: (ctx: OidcContext) => Promise<void>, params: readonly string[]): void;
    interactionDetails(req: IncomingMessage, res: ServerResponse): Promise<Interaction>;
    interactionFinished(req: IncomingMessage, res: ServerResponse, result: object): Promise<void>;
    readonly Grant: new (fields: {
      accountId: string;
      clientId: string;
    }) => Grant;
    readonly ResourceServer: new (
      identifier: string,
      info: object,
    ) => object;
    readonly AccessToken: new (
      fields: object,
    ) => AccessToken;
    readonly IdToken: new (
      claims: object,
      options: { ctx: OidcContext },
    ) => IdToken;
  }
}

declare module 'oidc-provider/lib/helpers/errors.js' {
  export class InvalidGrant extends Error {
    constructor(detail: string);
  }
  export class InvalidTarget extends Error {}
}

declare module 'oidc-provider/lib/helpers/interaction_policy/index.js' {
  interface Policy extends Array<unknown> {
    remove(prompt: string): void;
  }
  export function base(): Policy;
}

declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  export function createMemoryAdapter(clockTolerance?: number): (model: string) => object;
}
