export { type AskedUnit, askedUnit } from './asked-unit.ts';
export { canonicalJson, type Json } from './canonical-json.ts';
export { claimFile } from './claimed-file.ts';
export { checkComparisonFolder, writeComparison } from './comparison-folder.ts';
export { type CsvColumn, csvSizeLimit, parseCsv } from './csv.ts';
export { decimate, fewestPoints, type Series } from './decimate.ts';
export { writeEnsemble } from './ensemble-folder.ts';
export { checkEnsembleFolder, EnsembleStore, type StoredMember } from './ensemble-store.ts';
export { readFeedTable } from './feed-table.ts';
export type { HistoryPoint } from './history/block.ts';
export { HistoryFile } from './history/history-file.ts';
export type { HistoryRow } from './history/row-shape.ts';
export { type IndexedJob, type JobFilter, JobIndex } from './job-index.ts';
export { Journal, type JournalOptions } from './journal.ts';
export type { Actor, BlobReference, JournalEntry, JournalRecord, RecordTime } from './journal-record.ts';
export { type JournalParts, partsOf } from './journal-tail.ts';
export {
  contentRoot,
  type JournalDamage,
  type JournalHead,
  type JournalVerdict,
  verifyJournal,
} from './journal-verifier.ts';
export { keepFile, keptFile } from './kept-files.ts';
export type { FileDigest, Manifest } from './manifest.ts';
export { leafHash, MerkleTree, merkleRoot } from './merkle.ts';
export { openSamples } from './open-samples.ts';
export { bestSettings, checkOptimisationFolder, writeOptimisation } from './optimisation-folder.ts';
export { integrationText } from './report/ensemble-report.ts';
export { type Page, pageHtml } from './report/page.ts';
export { referencesHtml } from './report/reference-section.ts';
export { reportHtml } from './report/report.ts';
export { checkResultFolder, type ResultContext, type ResultForm, readManifest, writeResult } from './result-folder.ts';
export { storedArrow } from './samples-arrow.ts';
export { type CsvForm, csvText, storedCsvText } from './samples-csv.ts';
export { parquetBytes } from './samples-parquet.ts';
export { columnTitle, samplesSchema } from './samples-table.ts';
export {
  type SamplesQuery,
  type StoredColumn,
  type StoredRows,
  StoredSamples,
  type StoredSeries,
} from './stored-samples.ts';
