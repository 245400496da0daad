import type { GraphQLError } from 'graphql';
import type { Fault } from './fault.ts';

/** Apollo's composition error as a fault: the subgraphs and the coordinate are read from its message. */
export function faultOf({ message, extensions }: GraphQLError, subgraphs: readonly string[]): Fault {
  const text = message.replace(/^\[\w+\] /, '');
  const named = subgraphs.filter((name) => message.startsWith(`[${name}] `) || message.includes(`"${name}"`));
  return {
    code: String(extensions?.code ?? 'COMPOSITION_FAILED'),
    subgraph: named.join(', ') || '-',
    coordinate: coordinateIn(text),
    message: text,
  };
}

/** How Apollo's messages name what they are about: what they begin with, else the most exact. */
const COORDINATES = [
  /^(?:Enum |Interface |Union |Input |Scalar )?[Tt]ype "([A-Z_]\w*)"/,
  /"([A-Za-z_]\w*\.\w+(?:\(\w+:\))?)"/,
  /"(@\w+)"/,
  /\b(?:[Tt]ype|[Ii]nterface|[Uu]nion|[Ee]num|[Ss]calar|named) "?([A-Z_]\w*)"?/,
  /\b[Ff]ield ([A-Z_]\w*\.\w+)/,
] as const;

function coordinateIn(message: string): string {
  for (const shape of COORDINATES) {
    const found = shape.exec(message)?.[1];
    if (found !== undefined) return found;
  }
  return '-';
}
