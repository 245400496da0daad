-- The audit log: append-only. `body` is the entry of docs/…; the columns beside it are read from it for filters.
CREATE TABLE audit.entries (
  id uuid PRIMARY KEY,
  -- Order of arrival; the sequencer gives the dense index of the Merkle log from it.
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  outcome text NOT NULL,
  caller uuid,
  caller_agency text,
  caller_role text,
  purpose text,
  clients uuid[] NOT NULL,
  -- Permitted and denied categories and bases over all disclosures, for filters.
  categories text[] NOT NULL,
  bases text[] NOT NULL,
  sources text[] NOT NULL,
  -- Canonical bytes (RFC 8785) as text, and SHA-256(salt ‖ canonical bytes).
  body text NOT NULL,
  salt bytea NOT NULL CHECK (octet_length(salt) = 32),
  commitment bytea NOT NULL CHECK (octet_length(commitment) = 32)
);
CREATE INDEX entries_by_time ON audit.entries (at DESC, seq DESC);
CREATE INDEX entries_by_client ON audit.entries USING gin (clients);
CREATE INDEX entries_by_caller ON audit.entries (caller, seq DESC);

GRANT USAGE ON SCHEMA audit TO nivel_gateway, nivel_consent, nivel_audit;
GRANT INSERT ON audit.entries TO nivel_gateway, nivel_consent;
GRANT SELECT ON audit.entries TO nivel_audit;
