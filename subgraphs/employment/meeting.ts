import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { MeetingSubject } from '../../schema/codes/employment.ts';
import type { MeetingChannel, MeetingState } from '../../schema/codes/meetings.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { CodeName } from '../code.ts';
import type { PlacedRow } from '../place.ts';
import { EmploymentMeetingChannelEnum, EmploymentMeetingStateEnum, EmploymentMeetingSubjectEnum } from './enums.ts';

/** A meeting in prison, or one that prepares for release, says that the client is in prison: such fields need CUSTODY too. */
@ObjectType({
  simpleResolvers: true,
  description: 'A meeting of the client and employment services (fi tapaaminen / sv möte).',
})
export class EmploymentMeeting implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  /** Calendar day in Helsinki, ISO; null without a time. */
  readonly day: string | null;

  @Field(() => ID, { description: 'Id of the meeting (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => EmploymentMeetingStateEnum, { description: 'State (fi tila / sv läge).' })
  readonly state: MeetingState;

  @Field(() => EmploymentMeetingChannelEnum, { description: 'How they meet (fi tapaamistapa / sv mötesform).' })
  readonly channel: MeetingChannel;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When, null while only planned or ordered (fi ajankohta / sv tidpunkt).',
  })
  readonly at: Date | null;

  @Directive('@category(name: "EMPLOYMENT")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => EmploymentMeetingSubjectEnum, {
    nullable: true,
    description: 'What it is about; it may tell of the release (fi aihe / sv ämne).',
  })
  readonly subject: MeetingSubject;

  @Directive('@category(name: "EMPLOYMENT")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether the place is a prison (fi vankilassa / sv i fängelse).',
  })
  readonly inPrison: boolean;

  @Directive('@category(name: "EMPLOYMENT")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => CodeName, {
    nullable: true,
    description:
      'The prison where they meet; null outside, and when a protection order masks it (fi vankila / sv fängelse).',
  })
  readonly prisonUnit: CodeName | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A meeting on the way to release (fi tapaaminen ennen vapautumista / sv möte före frigivningen).',
})
export class MeetingBeforeRelease {
  @Field(() => Int, {
    description:
      'Calendar days from the meeting to the release, 0 on its day (fi päiviä vapautumiseen / sv dagar till frigivningen).',
  })
  readonly daysBeforeRelease: number;

  @Field(() => EmploymentMeeting, { description: 'The meeting (fi tapaaminen / sv möte).' })
  readonly meeting: EmploymentMeeting;
}

/** The meetings that have a day, up to the release (ISO date, included), with the days from them to it. */
export function meetingsBefore(releaseDate: string, meetings: readonly EmploymentMeeting[]): MeetingBeforeRelease[] {
  return meetings.flatMap((meeting) => {
    if (meeting.day === null || meeting.day > releaseDate) return [];
    return [{ daysBeforeRelease: (Date.parse(releaseDate) - Date.parse(meeting.day)) / DAY, meeting }];
  });
}

const DAY = 86_400_000;
