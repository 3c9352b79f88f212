import { lazily } from './lazily.ts'
import {
  binary,
  clustered,
  fourClasses,
  lists,
  numbers,
  type Population,
  weighted,
  weightedQueries,
} from './populations.ts'

/** A metric on a population where the champion is better; the truth is the metric of the whole population. */
export interface Family {
  readonly name: string
  /** The metric and its settings, as a criteria file has them. */
  readonly criterion: Readonly<Record<string, unknown>> & { readonly metric: string }
  readonly classes?: readonly string[]
  /** The column of queries, for metrics of them. */
  readonly query?: string
  readonly population: () => Population
}

const even = lazily(() => binary({ seed: 1, positives: 0.4, signals: { candidate: 1.7, champion: 2 } }))
const rare = lazily(() => binary({ seed: 2, positives: 0.1, signals: { candidate: 2, champion: 2.4 } }))
const tied = lazily(() => binary({ seed: 3, positives: 0.4, signals: { candidate: 1.7, champion: 2 }, decimals: 1 }))
const sure = lazily(() => binary({ seed: 4, positives: 0.4, signals: { candidate: 1.7, champion: 2 }, sharpness: 2.5 }))
const four = lazily(() => fourClasses(5))
const normal = lazily(() => numbers({ seed: 6, isHeavy: false }))
const heavy = lazily(() => numbers({ seed: 7, isHeavy: true }))

const unequal = lazily(() => weighted(8, even()))
const users = lazily(() => clustered(9))
const searches = lazily(() => lists(10))
const dear = lazily(() => weightedQueries(11, searches()))

const fourNames = ['a', 'b', 'c', 'd']
const cost = { '0->1': 1, '1->0': 10 }

/** Every metric of the criteria file at least once, and those that hang on a class also where that is rare. */
export const families: readonly Family[] = [
  ...['accuracy', 'errorRate', 'balancedAccuracy', 'precision', 'recall', 'f1', 'macroPrecision', 'macroF1'].map(
    of(even),
  ),
  ...['weightedPrecision', 'weightedF1', 'mcc', 'logLoss', 'brier', 'auc', 'prAuc'].map(of(even)),
  { name: 'cost (1 : 10)', criterion: { metric: 'cost', cost }, population: even },
  ...['precision', 'recall', 'f1', 'mcc', 'balancedAccuracy', 'auc', 'prAuc'].map(of(rare, '10 % positive')),
  ...['auc', 'prAuc'].map(of(tied, 'ties')),
  ...['logLoss', 'brier'].map(of(sure, 'too sure')),
  ...[
    'accuracy',
    'balancedAccuracy',
    'macroPrecision',
    'macroF1',
    'weightedPrecision',
    'weightedF1',
    'mcc',
    'logLoss',
    'brier',
  ].map((metric) => ({
    ...of(four, '4 classes')(metric),
    classes: fourNames,
  })),
  ...['recall', 'f1'].map((metric) => ({
    name: `${metric} (class c of 4)`,
    criterion: { metric, class: 'c' },
    classes: fourNames,
    population: four,
  })),
  { name: 'topK (2 of 4)', criterion: { metric: 'topK', k: 2 }, classes: fourNames, population: four },
  ...['mae', 'mse', 'rmse', 'r2', 'mape'].map(of(normal)),
  { name: 'pinball (.9)', criterion: { metric: 'pinball', quantile: 0.9 }, population: normal },
  ...['mae', 'mse', 'rmse', 'r2'].map(of(heavy, 't₃ errors')),
  ...['accuracy', 'recall', 'f1', 'mcc', 'logLoss', 'brier', 'auc', 'prAuc'].map(of(unequal, 'weights')),
  ...['accuracy', 'recall', 'f1', 'logLoss', 'brier', 'auc'].map(of(users, 'clusters of 10')),
  ...['ndcg', 'map'].map((metric) => ({ ...of(dear, 'weighted queries of 10')(metric), query: 'q' })),
  ...['ndcg', 'mrr', 'map'].map((metric) => ({ ...of(searches, 'queries of 10')(metric), query: 'q' })),
  ...[
    ['hitAtK', 1],
    ['recallAtK', 3],
    ['precisionAtK', 3],
  ].map(([metric, k]) => ({
    name: `${metric} (${k}, queries of 10)`,
    criterion: { metric: String(metric), k },
    population: searches,
    query: 'q',
  })),
]

function of(population: () => Population, note?: string) {
  return (metric: string): Family => ({
    name: note === undefined ? metric : `${metric} (${note})`,
    criterion: { metric },
    population,
  })
}
