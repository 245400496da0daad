-- By statute a source keeps looks at its data from the client's own log (1054/2018 § 28, 703/2023 § 11): append-only.
CREATE TABLE consent.restrictions (
  id uuid PRIMARY KEY,
  client_id uuid NOT NULL,
  -- The disclosing agency, whose worker restricts.
  agency text NOT NULL,
  -- An id of consent/withholding.ts.
  statute text NOT NULL,
  -- Whose looks and for what; an empty array means: all of them.
  recipients text[] NOT NULL,
  purposes text[] NOT NULL,
  person uuid NOT NULL,
  role text NOT NULL,
  reason text NOT NULL,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  epoch bigint NOT NULL,
  CHECK (valid_until > valid_from AND valid_until <= valid_from + interval '90 days')
);
CREATE INDEX restrictions_by_client ON consent.restrictions (client_id);

CREATE TABLE consent.restriction_ends (
  restriction_id uuid PRIMARY KEY REFERENCES consent.restrictions,
  client_id uuid NOT NULL,
  at timestamptz NOT NULL,
  epoch bigint NOT NULL
);

ALTER TABLE consent.reviews DROP CONSTRAINT reviews_subject_check;
ALTER TABLE consent.reviews ADD CONSTRAINT reviews_subject_check
  CHECK (subject IN ('DECLARED', 'EMERGENCY', 'REQUEST', 'RESTRICTION'));

GRANT SELECT, INSERT ON consent.restrictions, consent.restriction_ends TO nivel_consent;
-- The gateway does not read why.
GRANT SELECT (id, client_id, agency, statute, recipients, purposes, valid_from, valid_until, epoch) ON consent.restrictions
  TO nivel_gateway;
GRANT SELECT ON consent.restriction_ends TO nivel_gateway;
