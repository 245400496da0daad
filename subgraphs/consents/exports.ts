import { FieldResolver, Resolver, Root } from 'type-graphql';
import { toFhirConsent } from '../../consent/fhir.ts';
import { consentReceipt, consentRecord } from '../../consent/receipt.ts';
import { JsonObjectScalar } from '../../schema/scalars.ts';
import { ConsentRecord } from './records.ts';

/** The client's own consent in the forms of two standards; made only when asked for. */
@Resolver(() => ConsentRecord)
export class ExportsResolver {
  @FieldResolver(() => JsonObjectScalar, {
    nullable: true,
    description: 'As a consent record after ISO/IEC TS 27560:2023 (fi suostumustietue / sv samtyckespost).',
  })
  record(@Root() { ledger }: ConsentRecord): object {
    return consentRecord(ledger);
  }

  @FieldResolver(() => JsonObjectScalar, {
    nullable: true,
    description: 'The client’s receipt after ISO/IEC TS 27560:2023, with the text given (fi kuitti / sv kvitto).',
  })
  receipt(@Root() { ledger }: ConsentRecord): object {
    return consentReceipt(ledger, Date.now());
  }

  @FieldResolver(() => JsonObjectScalar, {
    nullable: true,
    description: 'As a FHIR R4 Consent resource (fi FHIR-suostumus / sv FHIR-samtycke).',
  })
  fhir(@Root() { ledger }: ConsentRecord): object {
    return toFhirConsent(ledger);
  }
}
