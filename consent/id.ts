/** An id of the hub: a lower-case UUID. Any other spelling names nothing, so that one client has one spelling. */
export function isId(id: unknown): id is string {
  return typeof id === 'string' && UUID.test(id);
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
