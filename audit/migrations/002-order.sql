-- Who writes an entry does not choose its place: every column but seq. (OVERRIDING SYSTEM VALUE needs INSERT on seq.)
REVOKE INSERT ON audit.entries FROM nivel_gateway, nivel_consent;
GRANT INSERT (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body, salt,
  commitment) ON audit.entries TO nivel_gateway, nivel_consent;
