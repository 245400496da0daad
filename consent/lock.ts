/**
 * Key of the advisory lock that puts disclosures and changes of facts in one serial order.
 *
 * A change of facts takes it exclusively (`pg_advisory_xact_lock`), an append to the audit log takes it shared
 * (`pg_advisory_xact_lock_shared`). Always as a statement of its own, before the one that reads the epochs: a statement's
 * snapshot is older than the lock it waits for.
 */
export const LEDGER_LOCK = 474_215_769_452; // "nivel" in ASCII, read as one number
