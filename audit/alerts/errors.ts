/** Why an alert was not changed: code → the one sentence for people. */
export const ALERT_ERRORS = {
  ALERT_NOT_FOUND: 'There is no such alert.',
  ALERT_OF_OWN: 'Nobody reviews what they have done themself.',
  ALERT_NOT_YOURS: 'Take the alert into review before you close it.',
  ALERT_CLOSED: 'The alert has already been closed.',
  UNKNOWN_ALERT_OUTCOME: 'The outcome of an alert is JUSTIFIED, MISUSE or UNCLEAR.',
  ALERT_NOTE_LENGTH: 'Write down why in 20–2,000 characters.',
} as const;

export type AlertErrorCode = keyof typeof ALERT_ERRORS;

/** Nothing was changed. `code` is stable; the message is fit for the caller's eyes. */
export class AlertError extends Error {
  override readonly name = 'AlertError';
  readonly code: AlertErrorCode;

  constructor(code: AlertErrorCode) {
    super(ALERT_ERRORS[code]);
    this.code = code;
  }
}
