import { z } from 'zod'
import { cellKinds } from '../stats/profile/column-sketch.ts'

/** How the files of a dataset can be read; `auto` goes by the ends of their names, and leaves alone what is no table. */
export const tableFormats = ['auto', 'csv', 'tsv', 'jsonl', 'parquet', 'requests'] as const
export type TableFormat = (typeof tableFormats)[number]

/** The smallest number of rows that is told of: a level or a bar of fewer rows says something about those rows. */
export const smallestCell = 10

const count = z.int().nonnegative()

const numbersShape = z.object({
  min: z.number(),
  max: z.number(),
  sums: z.tuple([count, z.number(), z.number(), z.number(), z.number()]).exactOptional(),
  histogram: z.object({ bits: z.int(), bins: z.array(z.tuple([z.number(), count])) }),
})

const columnShape = z.object({
  missing: count,
  kinds: z.partialRecord(z.enum(cellKinds), count),
  infinite: count.exactOptional(),
  numbers: numbersShape.exactOptional(),
  times: numbersShape.exactOptional(),
  levels: z
    .object({
      levels: z.array(z.union([z.tuple([count, count]), z.tuple([count, count, z.string()])])),
      lost: count,
    })
    .exactOptional(),
  distinct: z.string(),
})

/**
 * The profile of a dataset as it is kept: a sketch (core/stats/profile) of each of its tables. Files with the same columns
 * are one table. Texts that fewer than ten rows hold are hashes in it.
 */
export const datasetProfileShape = z.object({
  version: z.literal(1),
  /** Words that were read as missing values, besides the empty cell and `nan`. */
  missing: z.array(z.string()),
  tables: z.array(
    z.object({
      /** The path of its first file, and how many files it has. */
      file: z.string(),
      files: count,
      rows: count,
      columns: z.array(z.tuple([z.string(), columnShape])),
    }),
  ),
})
export type DatasetProfile = z.infer<typeof datasetProfileShape>
