/** How far the value of a tag can be trusted. The first six are those of the plant's sensors, in their order. */
export const tagQualities = [
  { level: 'good', says: 'as measured' },
  { level: 'uncertain', says: 'at the end of its range' },
  { level: 'uncertain', says: 'older than its sampling interval allows' },
  { level: 'bad', says: 'the sensor has failed' },
  { level: 'bad', says: 'no value yet' },
  { level: 'bad', says: 'being calibrated' },
  { level: 'good', says: 'put in the place of a reading by a person' },
] as const satisfies readonly { readonly level: 'good' | 'uncertain' | 'bad'; readonly says: string }[];

export const qualityNoValue = 4;
export const qualitySimulated = 6;

/** Who may do what: each role may do what those before it may. */
export const roles = ['observer', 'operator', 'engineer', 'administrator'] as const;
export type Role = (typeof roles)[number];

export const mayAct = (role: Role, least: Role): boolean => roles.indexOf(role) >= roles.indexOf(least);

/** One thing of a plant that has a value: every face shows the same ones. */
export interface Tag {
  /** area.loop.role: `feed.rate.setpoint`. */
  readonly id: string;
  readonly says: string;
  /** 'choice': the value is the place of a word in `choices`. 'text': it stands in the texts. */
  readonly type: 'number' | 'choice' | 'text';
  readonly unit: string;
  /** In the unit: what it usually spans, and for a tag that can be written its limits. */
  readonly low: number;
  readonly high: number;
  readonly choices?: readonly string[];
  /** The least role that may write it; absent: nobody writes it. */
  readonly writes?: Role;
  /** Where its value comes from. 'truth' is what the equations have: no instrument of a real plant would show it. 'estimate' is what a model advises. */
  readonly from: 'truth' | 'sensor' | 'actuator' | 'control' | 'estimate' | 'recipe' | 'alarm' | 'clock';
  /** What a sensor senses or an actuator drives, or the loop or alarm that it belongs to. */
  readonly of?: string;
}
