export { canonicalJson, type Json } from './canonical-json.ts';
export { type CsvColumn, csvSizeLimit, parseCsv, readFeedTable } from './csv.ts';
export {
  type Actor,
  type BlobReference,
  Journal,
  type JournalEntry,
  type JournalHead,
  type JournalOptions,
  type JournalVerdict,
  type RecordTime,
  verifyJournal,
} from './journal.ts';
export type { FileDigest, Manifest } from './manifest.ts';
export { leafHash, merkleRoot } from './merkle.ts';
export { reportHtml } from './report/report.ts';
export { checkResultFolder, type ResultContext, readManifest, writeResult } from './result-folder.ts';
export { columnTitle, csvLines, parquetBytes, samplesSchema } from './samples-table.ts';
