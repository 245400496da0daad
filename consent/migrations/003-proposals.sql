-- Assisted consent: a worker writes down what the client would consent to, and the client confirms with a one-time code.
-- A proposal opens nothing and takes no epoch; the code itself is kept nowhere. Append-only.
CREATE TABLE consent.proposals (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  -- A consent without its id: names, codes and times, as consent.events will hold them.
  draft jsonb NOT NULL,
  proposed_by uuid NOT NULL,
  proposed_role text NOT NULL,
  salt bytea NOT NULL CHECK (octet_length(salt) = 16),
  -- scrypt of the code.
  code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
  at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL CHECK (expires_at > at AND expires_at <= at + interval '24 hours')
);
CREATE INDEX proposals_by_client ON consent.proposals (client_id);

CREATE TABLE consent.proposal_tries (
  proposal_id uuid NOT NULL REFERENCES consent.proposals,
  number smallint NOT NULL CHECK (number BETWEEN 1 AND 5),
  at timestamptz NOT NULL,
  PRIMARY KEY (proposal_id, number)
);

-- The consent has the proposal's id.
CREATE TABLE consent.proposal_confirmations (
  proposal_id uuid PRIMARY KEY REFERENCES consent.proposals,
  at timestamptz NOT NULL
);

GRANT SELECT, INSERT ON consent.proposals, consent.proposal_tries, consent.proposal_confirmations TO nivel_consent;
