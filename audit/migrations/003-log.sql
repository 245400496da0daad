-- The Merkle log over the entries: a dense index, the tree's complete tiles, signed checkpoints. Append-only.

-- The store's own clock: how long an entry has waited for its index is measured by one clock.
ALTER TABLE audit.entries ADD COLUMN inserted_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- Place of each entry in the log. `seq` is the order of arrival, with gaps where a transaction was rolled back.
CREATE TABLE audit.sequence (
  index bigint PRIMARY KEY CHECK (index >= 0),
  seq bigint NOT NULL UNIQUE REFERENCES audit.entries (seq)
);

-- Complete tiles of the RFC 6962 tree (C2SP tlog-tiles): 256 hashes of 32 bytes. Level 0 holds leaf hashes, SHA-256(0x00 ‖ commitment);
-- hash i of tile (level, index) is the root of tile (level − 1, 256 · index + i).
CREATE TABLE audit.tiles (
  level smallint NOT NULL CHECK (level BETWEEN 0 AND 6),
  index bigint NOT NULL CHECK (index >= 0),
  hashes bytea NOT NULL CHECK (octet_length(hashes) = 8192),
  -- The tile's root (perfectRoot in audit/merkle.ts): its hash in the tile above, which is read from here while that one is incomplete.
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  PRIMARY KEY (level, index)
);

-- Every checkpoint ever signed, in the transaction that gave its entries their indexes: no two of one size, so no fork.
CREATE TABLE audit.checkpoints (
  size bigint PRIMARY KEY CHECK (size >= 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  -- C2SP tlog-checkpoint, with the log's own signatures.
  note text NOT NULL,
  -- Every entry with a `seq` up to this one is sequenced or was rolled back; those above are looked for.
  watermark bigint NOT NULL CHECK (watermark >= 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Signature lines of witnesses (C2SP tlog-witness, cosignature/v1) under a checkpoint.
CREATE TABLE audit.cosignatures (
  size bigint NOT NULL REFERENCES audit.checkpoints,
  witness text NOT NULL,
  line text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (size, witness)
);

-- Checkpoints that have the quorum of witnesses that was configured then; the highest is served.
CREATE TABLE audit.publications (
  size bigint PRIMARY KEY REFERENCES audit.checkpoints,
  -- The checkpoint with the cosignatures that made the quorum.
  note text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT USAGE ON SCHEMA audit TO nivel_sequencer;
-- The sequencer orders commitments; it does not read what the entries say.
GRANT SELECT (seq, id, commitment, inserted_at) ON audit.entries TO nivel_sequencer;
GRANT SELECT, INSERT ON audit.sequence, audit.tiles, audit.checkpoints, audit.cosignatures, audit.publications
  TO nivel_sequencer;
GRANT SELECT ON audit.sequence, audit.tiles, audit.checkpoints, audit.cosignatures, audit.publications TO nivel_audit;
-- Gateways read how far the log has come, for the lag budget.
GRANT SELECT (seq, inserted_at) ON audit.entries TO nivel_gateway;
GRANT SELECT ON audit.sequence TO nivel_gateway;
GRANT SELECT (size, watermark) ON audit.checkpoints TO nivel_gateway;
GRANT SELECT (size) ON audit.publications TO nivel_gateway;

-- Why nothing more is signed or published, until an operator has seen to it (docs/operating.md): the log, or what a witness
-- remembers of it, is not what was signed. The sequencer writes it and cannot take it back; the migrating role sets `lifted_at`.
CREATE TABLE audit.halts (
  code text NOT NULL CHECK (code IN ('LOG_INCONSISTENT', 'WITNESS_AHEAD', 'WITNESS_INCONSISTENT')),
  -- What was found: sizes and the name of a witness; no entry.
  detail text NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lifted_at timestamptz
);
GRANT SELECT, INSERT ON audit.halts TO nivel_sequencer;
GRANT SELECT ON audit.halts TO nivel_audit;
