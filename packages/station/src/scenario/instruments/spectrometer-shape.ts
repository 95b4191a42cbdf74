import {
  choice,
  integer,
  listOf,
  locatedText,
  mapOf,
  optional,
  quantity,
  type Read,
  record,
  required,
  text,
} from '@fedbatch/model';

const bandFields = {
  at: required(quantity('1/cm'), 'its place, a Raman shift'),
  width: required(quantity('1/cm'), 'full width at half its height'),
  height: required(quantity(), 'counts in one spectrum; of a component, for each unit of what it reads, as 600 L/g'),
  shape: optional(choice(['lorentz', 'gauss']), 'default lorentz'),
};
const band = record(bandFields, 'band');

const component = record(
  {
    reads: required(locatedText(), 'the concentration that it shows'),
    bands: required(listOf(band), 'its spectrum'),
    calibration: optional(
      choice(['known', 'unknown']),
      'known: the soft sensor knows its spectrum and gives its concentration (default); unknown: it is in the light alone',
    ),
    source: optional(text(), 'where the bands are from'),
    says: optional(text(), 'remarks'),
  },
  'component of a spectrum',
);

const refuseComponent = (name: string): string | undefined =>
  /^[A-Za-z][A-Za-z0-9_]{0,39}$/.test(name) && !/constructor|prototype|^residual$/.test(name)
    ? undefined
    : `\`${name.slice(0, 60)}\` is no name of a component; \`residual\` is taken.`;

/** A Raman-like instrument and its soft sensor, in an instruments file. */
export const spectrometerShape = record(
  {
    range: required(locatedText(), 'its axis in 1/cm, as 400..1800'),
    step: required(quantity('1/cm'), 'distance between two points'),
    interval: required(quantity('s'), 'from one spectrum to the next'),
    integration: required(quantity('s'), 'how long a spectrum takes; it shows the mean over this time'),
    result: optional(quantity('s'), 'from the end of a spectrum to its values'),
    components: required(
      mapOf(component, { noun: 'component', refuse: refuseComponent }),
      'what is in the broth, by the name that its reading gets',
    ),
    water: required(listOf(band), 'bands of water, the internal standard'),
    fluorescence: required(
      record(
        {
          ...bandFields,
          glows: optional(
            record(
              {
                reads: required(locatedText(), 'what glows: the biomass'),
                height: required(quantity(), 'counts for each unit of it'),
              },
              'what glows',
            ),
            'what makes it grow',
          ),
        },
        'fluorescence',
      ),
      'light under the bands: one very broad band',
    ),
    'baseline order': optional(integer(0, 8), 'order of the polynomial that the calibration takes for it; default 5'),
    'shot noise': optional(quantity('-'), 'factor on the square root of the counts; default 1'),
    'read noise': optional(quantity('-'), 'counts that the detector adds, standard deviation'),
    'laser wander': optional(quantity('percent'), 'standard deviation of the power of the laser'),
    'laser time': optional(quantity('s'), 'its correlation time; default 1 h'),
    'laser loss': optional(quantity('1/h'), 'share of the power that is lost in an hour'),
    fouling: optional(quantity('1/h'), 'share of the light that the window loses in an hour'),
    'cosmic rays': optional(quantity('percent'), 'chance of one in a spectrum'),
    'cosmic height': optional(quantity('-'), 'counts that one leaves, on average'),
    source: required(text(), 'data sheet or paper, or what is set here and why'),
    says: optional(text(), 'remarks'),
  },
  'spectrometer',
);

export type SpectrometerValue = Read<typeof spectrometerShape>;
export type BandValue = Pick<SpectrometerValue['fluorescence'], 'at' | 'width' | 'height' | 'shape'>;
