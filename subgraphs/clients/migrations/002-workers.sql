-- What the index knows of the workers who look at it, for one question: is the client a relative or a neighbour?

-- From the agencies' personnel registers. Nobody but the question below reads it.
CREATE TABLE clients.workers (
  worker uuid PRIMARY KEY,
  last_name text NOT NULL,
  -- Home address, where the agency gives it; null for a worker under a protection order (661/2009 § 36).
  street text,
  postal_code char(5),
  CHECK ((street IS NULL) = (postal_code IS NULL))
);
-- The index's own role reads every table of this schema, but no row of this one: it has no policy.
ALTER TABLE clients.workers ENABLE ROW LEVEL SECURITY;

-- Whether a worker shares a surname, or one part of a double one, or an address that holds today, with a client: yes or no,
-- and not which. An address under a protection order is never compared, so the answer tells nothing of it.
CREATE FUNCTION clients.shares_surname_or_address(of_worker uuid, with_client uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM clients.workers w JOIN clients.people p ON p.client_id = with_client
    WHERE w.worker = of_worker AND (
      string_to_array(lower(w.last_name), '-') && string_to_array(lower(p.last_name), '-')
      OR (
        NOT (p.protection_order AND coalesce(p.protection_order_until >= current_date, true))
        AND EXISTS (
          SELECT FROM clients.addresses a
          WHERE a.client_id = p.client_id AND a.kind <> 'POSTAL' AND a.postal_code = w.postal_code
            AND lower(a.street) = lower(w.street)
            AND a.valid_from <= current_date AND coalesce(a.valid_until >= current_date, true)))))
$$;
REVOKE ALL ON FUNCTION clients.shares_surname_or_address FROM PUBLIC;
GRANT USAGE ON SCHEMA clients TO nivel_alerts;
GRANT EXECUTE ON FUNCTION clients.shares_surname_or_address TO nivel_alerts;
