export { canonicalJson, type Json } from './canonical-json.ts';
export { checkComparisonFolder, writeComparison } from './comparison-folder.ts';
export { type CsvColumn, csvSizeLimit, parseCsv } from './csv.ts';
export { writeEnsemble } from './ensemble-folder.ts';
export { checkEnsembleFolder, EnsembleStore, type StoredMember } from './ensemble-store.ts';
export { readFeedTable } from './feed-table.ts';
export { HistoryFile, type HistoryPoint, type HistoryRow } from './history-file.ts';
export { Journal, type JournalOptions } from './journal.ts';
export type { Actor, BlobReference, JournalEntry, JournalRecord, RecordTime } from './journal-record.ts';
export {
  contentRoot,
  type JournalDamage,
  type JournalHead,
  type JournalVerdict,
  verifyJournal,
} from './journal-verifier.ts';
export type { FileDigest, Manifest } from './manifest.ts';
export { leafHash, MerkleTree, merkleRoot } from './merkle.ts';
export { integrationText } from './report/ensemble-report.ts';
export { type Page, pageHtml } from './report/page.ts';
export { referencesHtml } from './report/reference-section.ts';
export { reportHtml } from './report/report.ts';
export { checkResultFolder, type ResultContext, readManifest, writeResult } from './result-folder.ts';
export { columnTitle, csvLines, parquetBytes, samplesSchema } from './samples-table.ts';
