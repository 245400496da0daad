-- Days of death, as the population register gives them to the owner of the database (661/2009): a client's consents and denials
-- are kept until 12 years after it (703/2023, annex). No role of the hub reads or writes it: the rules of access do not ask.
CREATE TABLE consent.deaths (
  client_id uuid PRIMARY KEY,
  died_on date NOT NULL
);
