import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dimensionless, divideDimensions, formatDimension, multiplyDimensions, raiseDimension } from './dimension.ts';
import { parseQuantity, parseRange } from './quantity.ts';
import { fromBase, parseUnit, toBase, UnitError, unitNames } from './unit.ts';

// Left: as people write it. Right: the same in g, L, h, K, mol. By hand from the SI definitions.
const conversions: [string, number, string][] = [
  ['1 kg', 1000, 'g'],
  ['1 t', 1e6, 'g'],
  ['1 mg/L', 1e-3, 'g/L'],
  ['1 kg/m3', 1, 'g/L'],
  ['1 µg/mL', 1e-3, 'g/L'],
  ['1 m3', 1000, 'L'],
  ['1 m^3', 1000, 'L'],
  ['1 dm3', 1, 'L'],
  ['1 cm3', 1e-3, 'L'],
  ['20 mL/min', 1.2, 'L/h'],
  ['1 1/min', 60, '1/h'],
  ['1 1/s', 3600, '1/h'],
  ['1 d', 24, 'h'],
  ['90 s', 0.025, 'h'],
  ['900 rpm', 54000, '1/h'],
  ['1 vvm', 60, '1/h'],
  ['25 degC', 298.15, 'K'],
  ['-40 °C', 233.15, 'K'],
  ['1 M', 1, 'mol/L'],
  ['1 mM', 1e-3, 'mol/L'],
  ['5 mmol/L/h', 5e-3, 'mol/L/h'],
  ['1 mmol/(L h)', 1e-3, 'mol/L/h'],
  ['10 %', 0.1, '-'],
  ['10 percent', 0.1, '-'],
  ['400 ppm', 4e-4, '-'],
  ['7 pH', 7, '-'],
  ['1 atm', 1.01325, 'bar'],
  ['1 mbar', 100, 'Pa'],
  ['1 W', 3600, 'J/h'],
  ['1 kW/m3', 1, 'W/L'],
  ['1 cal', 4.184, 'J'],
  ['1 N m', 1, 'J'],
  ['1 Pa m3', 1, 'J'],
  ['1 bar L', 100, 'J'],
  ['8.31446261815324 J/mol/K', 0.0831446261815324, 'L bar/mol/K'],
  ['1e9 cells/L', 1e9, 'cell/L'],
  ['1 Mcells/mL', 1e9, 'cell/L'],
  ['1 g/g/h', 1, '1/h'],
];

describe('a unit', () => {
  it.each(conversions)('%s is %f %s', (text, value, unit) => {
    const quantity = parseQuantity(text);
    const target = parseUnit(unit);
    expect(quantity.base / (value * target.factor)).toBeCloseTo(1, 13);
    expect(quantity.unit.dimension).toEqual(target.dimension);
  });

  it('divides exactly where the numbers are whole', () => {
    expect(parseQuantity('1 1/min').base).toBe(60);
    expect(parseQuantity('20 mL/min').base).toBe(1.2);
    expect(parseQuantity('10 %').base).toBe(0.1);
  });

  it('reads a/b/c as a/(b c), and brackets, powers and fractions of powers', () => {
    expect(parseUnit('mol/L/h').dimension).toEqual(parseUnit('mol/(L h)').dimension);
    expect(parseUnit('1/s/(W/m3)^0.7/(m/s)^0.2').dimension).toEqual(
      divideDimensions(
        divideDimensions(parseUnit('1/s').dimension, raiseDimension(parseUnit('W/m3').dimension, 0.7)),
        raiseDimension(parseUnit('m/s').dimension, 0.2),
      ),
    );
    expect(parseUnit('m^-1').dimension).toEqual(parseUnit('1/m').dimension);
  });

  it.each([
    ['flob', /`flob` is not a unit/],
    ['kg//L', /A unit is expected at character 4/],
    ['g/L)', /`\)` does not belong/],
    ['(g/L', /not closed/],
    ['1/degC', /stands alone/],
    ['km^400', /further than a number can hold/],
    ['m^99999', /further than a number can hold/],
    ['((((((((((g))))))))))', /nested more than 8 deep/],
    ['g '.repeat(60), /longer than the 80/],
    ['__proto__', /A unit is expected/],
    ['constructor', /not a unit/],
  ])('refuses %s', (text, says) => {
    expect(() => parseUnit(text)).toThrow(UnitError);
    expect(() => parseUnit(text)).toThrow(says);
  });

  it('gives back what went in', () => {
    fc.assert(
      fc.property(fc.constantFrom(...unitNames), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (name, value) => {
        const unit = parseUnit(name);
        const there = toBase(value, unit);
        expect(Math.abs(fromBase(there, unit) - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value) + 1e-9);
      }),
    );
  });

  it('never throws anything but a UnitError', () => {
    const token = fc.oneof(
      fc.constantFrom(...unitNames, '/', '*', '^', '(', ')', ' ', '-', '1', '2', 'k', 'm'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 8 }), (tokens) => {
        try {
          const unit = parseUnit(tokens.join(''));
          expect(unit.factor).toBeGreaterThan(0);
          expect(Number.isFinite(unit.factor)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(UnitError);
        }
      }),
    );
  });
});

describe('dimensions', () => {
  const dimension = fc.constantFrom(...unitNames).map((name) => parseUnit(name).dimension);

  it('form a group: products commute, quotients undo them, powers repeat them', () => {
    fc.assert(
      fc.property(dimension, dimension, (a, b) => {
        expect(multiplyDimensions(a, b)).toEqual(multiplyDimensions(b, a));
        expect(divideDimensions(multiplyDimensions(a, b), b)).toEqual(a);
        expect(divideDimensions(a, a)).toEqual(dimensionless);
        expect(raiseDimension(a, 2)).toEqual(multiplyDimensions(a, a));
        expect(raiseDimension(raiseDimension(a, 0.5), 2)).toEqual(a);
      }),
    );
  });

  it('are written with litres where they fit', () => {
    const written = (text: string): string => formatDimension(parseUnit(text).dimension);
    expect(written('kg/m3')).toBe('g/L');
    expect(written('1/s')).toBe('1/h');
    expect(written('mM/min')).toBe('mol/L/h');
    expect(written('percent')).toBe('-');
    expect(written('m2')).toBe('dm^2');
  });
});

describe('a quantity', () => {
  it.each([
    ['', /does not start with a number/],
    ['g/L', /does not start with a number/],
    ['1e999 g', /larger than a number can hold/],
    ['1e308 bar', /larger than a number can hold in base units/],
    ['0x10', /`x` is not a unit/],
    ['1_000 g', /unit is expected/],
    ['1,5 g', /unit is expected/],
    ['2e', /no number|not a unit/],
  ])('refuses %s', (text, says) => {
    expect(() => parseQuantity(text)).toThrow(says);
  });

  it('has ranges in the unit behind them, or in that of the value', () => {
    expect(parseRange('0.3..1.0', parseUnit('g/L'))).toEqual({ low: 0.3, high: 1 });
    expect(parseRange('4..60 degC', parseUnit('K'))).toEqual({ low: 277.15, high: 333.15 });
    expect(parseRange('4 degC..60 degC', parseUnit('degC'))).toEqual({ low: 277.15, high: 333.15 });
    expect(parseRange('100..500 mL/h', parseUnit('L/h'))).toEqual({ low: 0.1, high: 0.5 });
    expect(() => parseRange('1', parseUnit('-'))).toThrow(/two dots/);
    expect(() => parseRange('0..1 h', parseUnit('g'))).toThrow(/is in h, and its value in g/);
    expect(() => parseRange('0..1e308', parseUnit('bar'))).toThrow(/larger than a number can hold/);
  });
});
