import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type { EntryFilter } from '../../audit/list.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { BasisEnum, RegisterEnum } from '../basis.ts';
import { DataCategoryEnum } from '../category.ts';
import { PageInfo } from '../page.ts';
import { PurposeEnum } from '../purpose.ts';
import { EntryKindEnum, OutcomeEnum } from './enums.ts';

@ObjectType({ description: 'Who asked (fi kysyjä / sv frågeställare).' })
class AuditCaller {
  @Field(() => ID, {
    nullable: true,
    description: 'Token subject; null: the hub itself (fi tunniste / sv identifierare).',
  })
  readonly id!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The part of the hub that acted of itself (fi Nivelin osa / sv del av Nivel).',
  })
  readonly service?: string;

  @Field(() => [String], { description: 'Roles (fi roolit / sv roller).' })
  readonly roles!: readonly string[];

  @Field(() => AgencyEnum, { nullable: true, description: 'Sector (fi toimiala / sv sektor).' })
  readonly agency?: string;

  @Field(() => String, { nullable: true, description: 'Organisation, OID (fi organisaatio / sv organisation).' })
  readonly organisation?: string;

  @Field(() => String, { nullable: true, description: 'Unit (fi yksikkö / sv enhet).' })
  readonly unit?: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Who really sat at the keyboard (fi puolesta asioija / sv agerade för).',
  })
  readonly impersonatedBy?: string;
}

@ObjectType({ description: 'A category that was disclosed, and on what basis (fi luovutettu / sv utlämnad).' })
class AuditPermit {
  @Field(() => DataCategoryEnum, { description: 'The category (fi tietoryhmä / sv uppgiftsgrupp).' })
  readonly category!: string;

  @Field(() => BasisEnum, { description: 'The access basis (fi peruste / sv grund).' })
  readonly basis!: string;

  @Field(() => ID, { nullable: true, description: 'The consent or relationship relied on (fi viite / sv referens).' })
  readonly reference!: string | null;

  @Field(() => RegisterEnum, {
    nullable: true,
    description: 'Null: of every controller of the sector (fi mikä rekisteri / sv vilket register).',
  })
  readonly register?: 'OWN';
}

@ObjectType({ description: 'A category that was not disclosed, with the whole reason (fi evätty / sv nekad).' })
class AuditDenial {
  @Field(() => DataCategoryEnum, { description: 'The category (fi tietoryhmä / sv uppgiftsgrupp).' })
  readonly category!: string;

  @Field(() => String, { description: 'The reason that the caller read (fi syy / sv orsak).' })
  readonly reason!: string;

  @Field(() => String, { description: 'The reason in full (fi tarkka syy / sv närmare orsak).' })
  readonly detail!: string;
}

@ObjectType({ description: 'What one agency disclosed of one client (fi luovutus / sv utlämnande).' })
class AuditDisclosure {
  @Field(() => ID, {
    nullable: true,
    description: 'The client; null: nobody the caller may know of (fi asiakas / sv klient).',
  })
  readonly client!: string | null;

  @Field(() => AgencyEnum, { description: 'The discloser (fi luovuttaja / sv utlämnare).' })
  readonly source!: string;

  @Field(() => [AuditPermit], { description: 'Disclosed (fi luovutetut / sv utlämnade).' })
  readonly permitted!: readonly AuditPermit[];

  @Field(() => [AuditDenial], { description: 'Not disclosed (fi evätyt / sv nekade).' })
  readonly denied!: readonly AuditDenial[];

  @Field(() => String, { description: 'Epoch of the facts decided on (fi tilannenumero / sv lägesnummer).' })
  readonly epoch!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The statute by which the source keeps it from the client’s own log (fi salattu asiakkaalta / sv hålls från klienten).',
  })
  readonly withheld?: string;

  @Field(() => Int, { description: 'Records disclosed (fi tietueita / sv poster).' })
  readonly records!: number;
}

@ObjectType({ description: 'What a consent event changed (fi suostumuksen muutos / sv ändring av samtycke).' })
class AuditConsent {
  @Field(() => ID, { description: 'The consent or denial (fi suostumus tai kielto / sv samtycke eller förbud).' })
  readonly record!: string;

  @Field(() => [DataCategoryEnum], { description: 'Categories touched (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: readonly string[];

  @Field(() => [String], { description: 'Recipients (fi vastaanottajat / sv mottagare).' })
  readonly recipients!: readonly string[];
}

@ObjectType({
  description: 'What a worker declared or recorded, or what was reviewed; never the reason (fi ilmoitus / sv anmälan).',
})
class AuditFact {
  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => String, { nullable: true, description: 'The ground (fi peruste / sv grund).' })
  readonly ground?: string;

  @Field(() => String, { nullable: true, description: 'Id of the statute’s rule (fi lakiperuste / sv laggrund).' })
  readonly basis?: string;

  @Field(() => [DataCategoryEnum], {
    nullable: true,
    description: 'The data that it names (fi tietoryhmät / sv uppgiftsgrupper).',
  })
  readonly categories?: readonly string[];

  @Field(() => ID, {
    nullable: true,
    description: 'The guardian, token subject (fi edunvalvoja / sv intressebevakare).',
  })
  readonly person?: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the guardian may consent for the client (fi saa suostua / sv får samtycka).',
  })
  readonly mayConsent?: boolean;

  @Field(() => [AgencyEnum], {
    nullable: true,
    description:
      'The parties of a joint plan, or the agency that withholds (fi osapuolet tai rajoittaja / sv parter eller begränsare).',
  })
  readonly sources?: readonly string[];

  @Field(() => [String], {
    nullable: true,
    description: 'Whose looks are withheld; empty: everybody’s (fi vastaanottajat / sv mottagare).',
  })
  readonly recipients?: readonly string[];

  @Field(() => [PurposeEnum], {
    nullable: true,
    description: 'Looks for what are withheld; empty: all (fi käyttötarkoitukset / sv användningsändamål).',
  })
  readonly purposes?: readonly string[];

  @Field(() => String, { nullable: true, description: 'What was reviewed (fi kohde / sv föremål).' })
  readonly subject?: string;

  @Field(() => String, { nullable: true, description: 'How the review ended (fi tulos / sv resultat).' })
  readonly outcome?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Holds from (fi alkaen / sv från).' })
  readonly from?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Holds until (fi asti / sv till).' })
  readonly until?: Date | null;
}

@ObjectType({ description: 'One argument; an id, a code, a number or a time (fi ehto / sv villkor).' })
class AuditReadArgument {
  @Field(() => String, { description: 'Its name (fi nimi / sv namn).' })
  readonly name!: string;

  @Field(() => String, { description: 'Its value (fi arvo / sv värde).' })
  readonly value!: string;
}

@ObjectType({ description: 'What was asked of the log itself (fi lokiin kohdistunut haku / sv sökning i loggen).' })
class AuditRead {
  @Field(() => String, { description: 'The field asked for (fi kysytty kenttä / sv frågat fält).' })
  readonly field!: string;

  @Field(() => [AuditReadArgument], { description: 'Its arguments (fi ehdot / sv villkor).' })
  readonly arguments!: readonly AuditReadArgument[];
}

@ObjectType({
  description: 'That an entry is in the log: checked with the log’s public key alone (fi todiste / sv bevis).',
})
export class AuditProof {
  @Field(() => Float, { description: 'Place in the log, from 0 (fi järjestysnumero / sv ordningsnummer).' })
  readonly index!: number;

  @Field(() => Float, { description: 'Entries in the tree proved against (fi puun koko / sv trädets storlek).' })
  readonly size!: number;

  @Field(() => [String], { description: 'RFC 6962 hashes, base64 (fi tiivisteet / sv kontrollsummor).' })
  readonly hashes!: readonly string[];

  @Field(() => String, {
    description: 'The whole proof with its checkpoint, C2SP tlog-proof (fi todiste tekstinä / sv beviset som text).',
  })
  readonly text!: string;
}

@ObjectType({
  description:
    'One entry of the audit log; never a field value; of an erased one only id, time, kind and place are left (fi lokimerkintä / sv loggpost).',
})
export class AuditEntry {
  @Field(() => ID, { description: 'Id, as in extensions.audit of the answer (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => DateTimeScalar, { description: 'When (fi ajankohta / sv tidpunkt).' })
  readonly at!: Date;

  @Field(() => EntryKindEnum, { description: 'What kind of event (fi laji / sv typ).' })
  readonly kind!: string;

  @Field(() => OutcomeEnum, {
    nullable: true,
    description: 'How it ended; null: erased (fi lopputulos / sv utfall).',
  })
  readonly outcome!: string | null;

  @Field(() => AuditCaller, {
    nullable: true,
    description: 'Who asked; null: erased (fi kysyjä / sv frågeställare).',
  })
  readonly caller!: AuditCaller | null;

  @Field(() => PurposeEnum, { nullable: true, description: 'What for (fi käyttötarkoitus / sv användningsändamål).' })
  readonly purpose!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the operation (fi operaation nimi / sv operationens namn).',
  })
  readonly operationName!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'SHA-256 of the document (fi kyselyn tiiviste / sv dokumentets kontrollsumma).',
  })
  readonly documentHash!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the request; null: erased (fi pyynnön tunniste / sv begärans identifierare).',
  })
  readonly requestId!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The gateway that wrote it; null: erased (fi yhdyskäytävä / sv gateway).',
  })
  readonly gateway!: string | null;

  @Field(() => [ID], { description: 'Clients that it is about (fi asiakkaat / sv klienter).' })
  readonly clients!: readonly string[];

  @Field(() => [AuditDisclosure], {
    description: 'Disclosures by client and agency (fi luovutukset / sv utlämnanden).',
  })
  readonly disclosures!: readonly AuditDisclosure[];

  @Field(() => AuditConsent, {
    nullable: true,
    description: 'The consent event, if it is one (fi suostumus / sv samtycke).',
  })
  readonly consent?: AuditConsent;

  @Field(() => AuditFact, {
    nullable: true,
    description: 'What was declared, recorded or reviewed, if it is such an entry (fi ilmoitus / sv anmälan).',
  })
  readonly fact?: AuditFact;

  @Field(() => String, { nullable: true, description: 'Code of a refusal (fi epäämisen koodi / sv avslagskod).' })
  readonly refusal?: string;

  @Field(() => [AgencyEnum], {
    nullable: true,
    description: 'Agencies that did not answer (fi vastaamatta / sv svarade inte).',
  })
  readonly unavailable?: readonly string[];

  @Field(() => [AuditRead], {
    nullable: true,
    description: 'What was asked of the log, if it was read (fi lokiin kohdistunut haku / sv sökning i loggen).',
  })
  readonly reads?: readonly AuditRead[];

  @Field(() => ID, {
    nullable: true,
    description: 'The entry that declares that this one’s text was erased (fi poiston merkintä / sv raderingens post).',
  })
  readonly erasedBy!: string | null;

  @Field(() => String, { description: 'SHA-256(salt ‖ canonical entry), hexadecimal (fi sitoumus / sv förbindelse).' })
  readonly commitment!: string;

  @Field(() => Float, {
    nullable: true,
    description:
      'Place in the log, from 0, whole; null: it waits for its place, a second or so (fi järjestysnumero / sv ordningsnummer).',
  })
  readonly index!: number | null;

  @Field(() => AuditProof, {
    nullable: true,
    description:
      'Proof that it is in the latest published checkpoint; null: not published yet (fi todiste lokissa olosta / sv bevis på att den finns i loggen).',
  })
  readonly proof?: AuditProof | null;
}

@ObjectType({ description: 'An entry on a page (fi sivun rivi / sv rad på sidan).' })
class AuditEntryEdge {
  @Field(() => AuditEntry, { description: 'The entry (fi merkintä / sv post).' })
  readonly node!: AuditEntry;

  @Field(() => String, { description: 'Where the next page begins after this one (fi kohdistin / sv markör).' })
  readonly cursor!: string;
}

@ObjectType({ description: 'How many entries; exact up to 10,000 (fi lukumäärä / sv antal).' })
export class AuditCount {
  @Field(() => Int, { description: 'So many, or at least so many (fi lukumäärä / sv antal).' })
  readonly value!: number;

  @Field(() => Boolean, { description: 'False: there are more (fi onko tarkka / sv är det exakt).' })
  readonly exact!: boolean;
}

@ObjectType({ description: 'A page of the audit log, newest first (fi lokin sivu / sv loggsida).' })
export class AuditEntryConnection {
  @Field(() => [AuditEntryEdge], { description: 'The entries of the page (fi sivun merkinnät / sv sidans poster).' })
  readonly edges!: readonly AuditEntryEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands (fi sivutieto / sv sidinformation).' })
  readonly pageInfo!: PageInfo;

  @Field(() => AuditCount, {
    nullable: true,
    description: 'How many the filter finds, on all pages (fi lukumäärä / sv antal).',
  })
  readonly count?: AuditCount | null;

  /** What was asked; no field. */
  readonly filter!: EntryFilter;
}
