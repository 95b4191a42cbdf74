import type { Located } from '@fedbatch/model';
import type { PlanOutput } from '@fedbatch/runtime';
import { didYouMean, type Problems } from '@fedbatch/vocabulary';

/** Finds outputs of a model and tags of instruments by id, by bare name where that is unique, or by the words that say what they are. */
export class NameTable {
  readonly #byName = new Map<string, PlanOutput | null>();
  readonly #problems: Problems;
  readonly #leftOut: (name: string) => boolean;

  /** `leftOut`: whether a name may stand for what was left out with a problem of its own; it is not reported again. */
  constructor(outputs: readonly PlanOutput[], problems: Problems, leftOut: (name: string) => boolean = () => false) {
    this.#problems = problems;
    this.#leftOut = leftOut;
    for (const output of outputs) {
      this.#byName.set(output.id, output);
    }
    for (const output of outputs) {
      this.#add(output.says.toLowerCase(), output);
      this.#add(output.id.slice(output.id.indexOf('.') + 1), output);
    }
  }

  #add(name: string, output: PlanOutput): void {
    const other = this.#byName.get(name);
    if (other === undefined) this.#byName.set(name, output);
    else if (other !== output && other?.id !== name) this.#byName.set(name, null);
  }

  /** The output, or undefined after a problem was reported. `text` is where the name stands. */
  find(name: string, text: Located<string>): PlanOutput | undefined {
    const found = this.look(name);
    if (found || this.#leftOut(name)) return found;
    const candidates = [...this.#byName.keys()];
    return this.#problems.error(
      'STATION_NAME_UNKNOWN',
      text.place,
      `\`${name.slice(0, 80)}\`${text.value === name ? '' : ` in \`${text.value.slice(0, 120)}\``} is not a name of this model.${didYouMean(name, candidates)}`,
      'Name a species, quantity, volume or input, by its id or in words; `fedbatch explain` lists them.',
    );
  }

  look(name: string): PlanOutput | undefined {
    return this.#byName.get(name) ?? this.#byName.get(name.toLowerCase()) ?? undefined;
  }
}
